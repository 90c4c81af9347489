import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";

const acknowledgement = z.object({
  /** The database it was meant for, by its name in the workload. */
  database: z.string(),
  /** The client's own idempotency key. */
  key: z.string(),
  /** The id that the application answered with. */
  id: z.string(),
  /** Address and port of the server that took the write, as the server itself told the application. */
  writtenTo: z.string(),
  /** When the answer was complete, in milliseconds since 1970. */
  at: z.number(),
});

/** A write that the application has confirmed: from here on, losing it is losing data. */
export type Acknowledgement = z.infer<typeof acknowledgement>;

/** The list of acknowledged writes, in a file so that it outlives the client. */
export interface Ledger {
  append(entry: Acknowledgement): void;
  close(): void;
}

/** Opens an empty ledger; each entry is in the file when `append` returns. */
export function openLedger(file: string): Ledger {
  const descriptor = openSync(file, "w");
  return {
    append: (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(descriptor),
  };
}

/** Reads a ledger in the order in which the answers came. A last line that was cut off does not count. */
export function readLedger(file: string): Acknowledgement[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => acknowledgement.parse(JSON.parse(line)));
}
