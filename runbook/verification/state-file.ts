import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Verification, VerificationState } from "./result";

/** What is kept of the verifications of one database. */
export interface KeptVerification {
  /** One that was cut off. @default - none was */
  readonly running?: VerificationState;
  /** The last one that came to its end. @default - none has */
  readonly last?: Verification;
}

const sides = <T extends z.ZodType>(value: T) => z.strictObject({ source: value, target: value });
const verdict = z.enum(["equal", "different", "unsettled"]);
const found = {
  table: z.string(),
  rows: sides(z.number()),
  chunks: z.number(),
  differences: z.array(
    z.strictObject({
      key: z.string(),
      kind: z.enum(["missing on the target", "extra on the target", "different"]),
    }),
  ),
  more: z.boolean(),
  unsettled: z.array(z.string()),
  fault: z.string().optional(),
  activity: sides(z.string()).optional(),
  readMs: z.number(),
};
const table = z.strictObject({ ...found, verdict });
const blocks = z.strictObject({ next: z.number(), sums: z.record(z.string(), z.string()) });
const kept = z.strictObject({
  running: z
    .strictObject({
      version: z.literal(1),
      database: z.string(),
      startedAt: z.string(),
      done: z.array(table),
      current: z
        .strictObject({
          found: z.strictObject(found),
          shape: z.string(),
          after: z.array(z.string()).optional(),
          blocks: sides(blocks).optional(),
        })
        .optional(),
    })
    .optional(),
  last: z
    .strictObject({
      database: z.string(),
      verdict,
      tables: z.array(table),
      rows: z.number(),
      startedAt: z.string(),
      endedAt: z.string(),
    })
    .optional(),
});

/**
 * Reads what was kept; nothing where there is no file.
 *
 * @throws Error naming the file and what is wrong with it
 */
export async function readVerificationFile(file: string): Promise<KeptVerification> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const { data, error } = kept.safeParse(jsonOf(text, file));
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".") || "all of it"}: ${message}`);
  throw new Error(`${file}: expected a verification's state; remove it to begin anew\n${faults.join("\n")}`);
}

/**
 * Keeps it, whole or not at all: whenever the process ends, the file holds this state or the one before. Holds keys of
 * rows that differ, so only its owner may read it.
 */
export async function writeVerificationFile(file: string, state: KeptVerification): Promise<void> {
  const ahead = `${file}.new`;
  const handle = await open(ahead, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(state)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(ahead, file);
  const directory = await open(dirname(file), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`${file}: expected JSON: ${error.message}; remove it to begin anew`, { cause: error });
  }
}
