import type { PlanFlags } from "./plan-flags";
import { readFlags, REHEARSE_DEFAULTS } from "./rehearse-flags";

/** What keeps a drill from rehearsing in the working directory. */
export function drillFaults({ rehearse, dryRun }: PlanFlags): string[] {
  if (rehearse === false || dryRun) return [];
  const read = readFlags(REHEARSE_DEFAULTS, process.cwd());
  return "faults" in read ? read.faults.map((fault) => `${fault}; or give --no-rehearse`) : [];
}
