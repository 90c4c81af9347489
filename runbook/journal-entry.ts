import { z } from "zod";
import type { Lease } from "./lease";

/** Raised when a line changes meaning; a journal of another version is refused. */
export const JOURNAL_VERSION = 1;

const journalEntry = z.strictObject({
  version: z.literal(JOURNAL_VERSION),
  /** When it happened, by the clock of the machine that wrote it, as ISO 8601. A clock may be set back: the order of the lines counts. */
  at: z.string(),
  /** Of the lease that it was written under. */
  token: z.number().int(),
  /** Number of the run; a run that is taken up again keeps its number. */
  run: z.number().int(),
  plan: z.string(),
  event: z.enum([
    "plan begun",
    "plan done",
    "plan undone",
    "plan stopped",
    "step begun",
    "step done",
    "step failed",
    "step undone",
    /** The step is the point of no return, and stands. */
    "crossed",
  ]),
  step: z.string().optional(),
  /** Who gave the command; with `plan begun`. */
  by: z.string().optional(),
  /** Of the step, or of its undoing, in milliseconds, by a clock that is never set back. */
  durationMs: z.number().optional(),
  /** With `step done`: its effect stood before the run came to it. @default - the run has done it */
  already: z.literal(true).optional(),
  observations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  error: z.string().optional(),
});

/** One line of the journal. */
export type JournalEntry = z.infer<typeof journalEntry>;
/** An entry before the journal has stamped it. Without `at` it happened as it is written. */
export type JournalNote = Omit<JournalEntry, "version" | "at" | "token"> & { readonly at?: string };

/** Entries as they are written under a lease. */
export function stamp(notes: readonly JournalNote[], { token }: Pick<Lease, "token">): JournalEntry[] {
  const at = new Date().toISOString();
  return notes.map((note) => ({ version: JOURNAL_VERSION, at, token, ...note }));
}

/**
 * Reads a journal's lines, one entry each. One that was written under a lease after its successor had written is void:
 * nothing was begun on the strength of it.
 *
 * @param from where they were read, for the message
 * @param fix what to do about lines of another version
 * @throws Error that lists every line that is not of this version
 */
export function parseEntries(lines: readonly string[], from: string, fix: string): JournalEntry[] {
  const faults: string[] = [];
  let newest = 0;
  const entries = lines.flatMap((line, index) => {
    const json = parseJson(line);
    const parsed = journalEntry.safeParse(json);
    if (!parsed.success) {
      faults.push(`  line ${index + 1}: ${faultOf(json, parsed.error)}`);
      return [];
    }
    newest = Math.max(newest, parsed.data.token);
    return parsed.data.token < newest ? [] : [parsed.data];
  });
  if (faults.length === 0) return entries;
  throw new Error([`${from}: not a journal of version ${JOURNAL_VERSION}`, ...faults, `  ${fix}`].join("\n"));
}

const versioned = z.object({ version: z.number().int() });

function faultOf(json: unknown, error: z.ZodError): string {
  if (json === undefined) return "not JSON";
  const { data } = versioned.safeParse(json);
  if (data && data.version !== JOURNAL_VERSION) {
    const which = data.version > JOURNAL_VERSION ? "a newer" : "an older";
    return `version: ${data.version}, written by ${which} release than this one`;
  }
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "(whole line)"}: ${issue?.message}`;
}

/** `undefined` for what is not JSON. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
