import { setTimeout as pause } from "node:timers/promises";
import { restAfter } from "./chunk-size";
import type { ComparedTable } from "./compared-table";
import type { Reader } from "./reader";
import type { TableState } from "./result";
import type { Scan } from "./scan";
import { settle } from "./settle";
import { suspectsIn, type GroupSums } from "./suspects";

/** Rows that are named of a table, of those that differ and of those that are unsettled. */
export const MOST_NAMED = 100;

/** A table that is being read. */
export interface Reading {
  readonly reader: Reader;
  readonly table: ComparedTable;
  /** Share of the time in which the servers may be busy. */
  readonly share: number;
  readonly signal: AbortSignal;
  /** Told how far it has come, after each chunk. */
  readonly onState: (state: TableState) => Promise<void>;
}

/** What was found in a table so far. */
export type Found = TableState["found"];

/** Looks for the rows behind sums that differ, and adds what it finds. Once enough rows are named it looks for no more. */
export async function investigate(
  { reader, table }: Reading,
  found: Found,
  scan: Scan,
  sums: GroupSums,
  bits: number,
): Promise<Found> {
  let now = found;
  for await (const suspects of suspectsIn(scan, table, sums, bits)) {
    if (now.differences.length >= MOST_NAMED) return { ...now, more: true };
    if (suspects.length === 0) continue;
    const { different, unsettled } = await settle(reader, scan, table, suspects);
    const differences = [...now.differences, ...different];
    now = {
      ...now,
      differences: differences.slice(0, MOST_NAMED),
      more: now.more || differences.length > MOST_NAMED,
      unsettled: [...now.unsettled, ...unsettled].slice(0, MOST_NAMED),
    };
  }
  return now;
}

/** Leaves the servers alone for their share of the time. */
export async function rest({ share, signal }: Reading, workedMs: number): Promise<void> {
  const wait = restAfter(workedMs, share);
  if (wait > 0) await pause(wait, undefined, { signal });
}
