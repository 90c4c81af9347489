import type { SnapshotPair } from "../world";
import { carryArrivals } from "./arrivals";
import { restTriggers, writeLateRows } from "./replaying";
import type { LateRows } from "./result";
import { openLateSides, type LateSides } from "./sides";
import { recallConflicts, sortLateRows, tellLateRows } from "./sorting";

/**
 * Tells what was written on the source after its snapshot and is not on the target. Changes nothing that lasts.
 *
 * Cost: the record and the late rows cross between the regions; they are held by the target's server, not by this process.
 *
 * @throws Error when a side cannot be asked, or the target was not restored from a snapshot that holds the record
 */
export const readLateRows = (pair: SnapshotPair, signal: AbortSignal): Promise<LateRows> =>
  withArrivals(pair, signal, async (sides) => {
    await recallConflicts(sides, signal);
    return tellLateRows(sides, signal);
  });

/**
 * Brings late rows to the target, in one transaction of it. Destroys nothing that the target has written: such rows are left
 * alone, and are in the result. To be run as often as one likes: each run brings what came since the one before.
 *
 * @returns what was brought, and what was left alone
 * @throws Error as `readLateRows` and `writeLateRows`; then the target is as it was
 */
export const replayLateRows = (pair: SnapshotPair, signal: AbortSignal): Promise<LateRows> =>
  withArrivals(pair, signal, async (sides, arrivals) => {
    await writeLateRows(sides, arrivals, signal);
    return tellLateRows(sides, signal);
  });

/**
 * What would make a replay fail.
 *
 * @throws Error with what to do
 */
export async function checkReplay(pair: SnapshotPair, signal: AbortSignal): Promise<void> {
  const sides = await openLateSides(pair, signal);
  try {
    await sides.on.target.query(signal, "BEGIN");
    await restTriggers(sides.on.target, signal);
  } finally {
    await sides.close();
  }
}

async function withArrivals<T>(
  pair: SnapshotPair,
  signal: AbortSignal,
  work: (sides: LateSides, arrivals: { readonly completeBefore: string }) => Promise<T>,
): Promise<T> {
  const sides = await openLateSides(pair, signal);
  try {
    const arrivals = await carryArrivals(sides, signal);
    await sortLateRows(sides, signal);
    return await work(sides, arrivals);
  } finally {
    await sides.close();
  }
}
