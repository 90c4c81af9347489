import * as fs from "node:fs";
import * as path from "node:path";
import { rehearse } from "../rehearsal/rehearse";

/** What clients and the runbook's own latency make of the switches of some short rehearsals. */
export interface HoldTimes {
  /** Hold of each switch, in milliseconds, sorted. */
  readonly holds: readonly number[];
  /** Time of each whole rehearsal, in seconds. */
  readonly rehearsals: readonly number[];
}

/**
 * Measures the hold of writes by rehearsals with an edge that converges at once; each makes three switches, under the
 * usual load and 45 ms between the regions.
 *
 * @param directory the project's; its `cdktf.json` names the app
 * @throws Error with the first cause when a rehearsal fails: a number from it would mean nothing
 */
export async function measureHold(directory: string, rehearsals: number): Promise<HoldTimes> {
  const { app } = JSON.parse(fs.readFileSync(path.join(directory, "cdktf.json"), "utf8")) as { app: string };
  const holds: number[] = [];
  const times: number[] = [];
  for (let seed = 1; seed <= rehearsals; seed += 1) {
    const start = performance.now();
    const { ok, faults, switches } = await rehearse({
      app,
      project: directory,
      convergenceMs: 0,
      rate: 200,
      writeShare: 0.4,
      latencyMs: 45,
      points: 6,
      settleMs: 2_000,
      seed,
      keep: false,
      progress: { part: (_, work) => work(), note: () => undefined },
      signal: new AbortController().signal,
    });
    if (!ok) throw new Error(`rehearsal ${seed} failed: ${faults[0] ?? "without a cause"}`);
    holds.push(...switches.map(({ holdMs }) => holdMs ?? NaN));
    times.push(Math.round((performance.now() - start) / 1000));
  }
  return { holds: holds.sort((a, b) => a - b), rehearsals: times };
}
