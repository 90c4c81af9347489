import { cutOffRun } from "../../runbook/cut-off";
import type { Left } from "./engine-shape";

/** Without the entries that no later command can tell apart from none. */
export function essence({ values, entries }: Left): Left {
  const runs = (["there", "back"] as const).map((plan) => cutOffRun(plan, entries)?.run);
  return { values, entries: entries.filter(({ run }) => runs.includes(run)) };
}

/** All that the next command can tell apart. */
export function fingerprint({ values, entries }: Left): string {
  const cutOff = (["there", "back"] as const).map((plan) => {
    const found = cutOffRun(plan, entries);
    return found ? `${[...found.begun].sort().join()}${found.crossed ? " crossed" : ""}` : "-";
  });
  return `${values.join("")} ${cutOff.join(" | ")}`;
}
