import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { lockJournal } from "./journal-lock";

/** Raised when a line changes meaning; a journal of another version is refused. */
export const JOURNAL_VERSION = 1;

const journalEntry = z.strictObject({
  version: z.literal(JOURNAL_VERSION),
  /** When, by this machine's clock, as ISO 8601. */
  at: z.string(),
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
  ]),
  step: z.string().optional(),
  observations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  error: z.string().optional(),
});

/** One line of the journal. */
export type JournalEntry = z.infer<typeof journalEntry>;
/** An entry before the journal has stamped it. */
export type JournalNote = Omit<JournalEntry, "version" | "at">;

/** The append-only memory of what was begun. The gates in the databases are the truth. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Returns when the lines are on disk; all of them are written by one write. */
  append(...notes: readonly JournalNote[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a journal on disk, made when it is missing, for this process alone.
 *
 * @param file one JSON object a line
 * @throws Error when another living process holds it (naming that one), or a line is not of this version
 */
export async function openJournal(file: string): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true });
  const unlock = await lockJournal(file);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "a+");
    await syncDirectory(dirname(file));
    const text = await handle.readFile("utf8");
    // A crash in the middle of a write leaves a line without its end: nothing was begun on the strength of it.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole));
    const fix = "Move the file away to start a new journal: the gates in the databases tell what stands.";
    return journalOn(handle, parseEntries(whole.split("\n").slice(0, -1), file, fix), unlock);
  } catch (error) {
    await handle?.close();
    await unlock();
    throw error;
  }
}

function journalOn(handle: FileHandle, entries: JournalEntry[], unlock: () => Promise<void>): Journal {
  return {
    entries,
    async append(...notes) {
      const stamped = stamp(notes);
      await handle.appendFile(stamped.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      await handle.datasync();
      entries.push(...stamped);
    },
    async close() {
      await handle.close();
      await unlock();
    },
  };
}

/** Entries of this moment, by this machine's clock. */
export function stamp(notes: readonly JournalNote[]): JournalEntry[] {
  const at = new Date().toISOString();
  return notes.map((note) => ({ version: JOURNAL_VERSION, at, ...note }));
}

/**
 * Reads a journal's lines, one entry each.
 *
 * @param from where they were read, for the message
 * @param fix what to do about lines of another version
 * @throws Error that lists every line that is not of this version
 */
export function parseEntries(lines: readonly string[], from: string, fix: string): JournalEntry[] {
  const faults: string[] = [];
  const entries = lines.flatMap((line, index) => {
    const parsed = journalEntry.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    faults.push(`  line ${index + 1}: ${issue?.path.join(".") || "(whole line)"}: ${issue?.message}`);
    return [];
  });
  if (faults.length === 0) return entries;
  throw new Error([`${from}: not a journal of version ${JOURNAL_VERSION}`, ...faults, `  ${fix}`].join("\n"));
}

/** `undefined` for what is not JSON: the schema then says so with the line's number. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Makes the file's name durable too, not only its content. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
