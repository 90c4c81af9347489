import type { Workload } from "../../lib/workload/workload";
import type { RelocationProps } from "../../stacks/relocation-props";
import { bazaar, relocation } from "./bazaar";
import { refusals } from "./refusals";

/** What is wrong, the relocation that has it wrong, and the beginning of the one line that says so. */
export type Case = readonly [what: string, props: RelocationProps, fault: string];

// Changes are of any shape, whatever the types would say: descriptions come out of JSON files, too.

/** The relocation with other props. */
export const props = (change: object): RelocationProps => ({ ...relocation, ...change });

/** The relocation of a workload that is different. */
export const workload = (change: object): RelocationProps =>
  props({ workload: { ...bazaar, ...change } as Workload });

/** The relocation with one thing of the workload different. */
export const thing = (
  kind: "databases" | "caches" | "services" | "schedules",
  name: string,
  change: object,
): RelocationProps => {
  const all: { readonly [name: string]: object } = bazaar[kind];
  return workload({ [kind]: { ...all, [name]: { ...all[name], ...change } } });
};

/** The relocation with its edge or its mail different. */
export const part = (name: "edge" | "mail", change: object): RelocationProps =>
  workload({ [name]: { ...bazaar[name], ...change } });

/** The relocation with one region different. */
export const region = (side: "source" | "target", change: object): RelocationProps =>
  props({ [side]: { ...relocation[side], ...change } });

/** Tests that each case is refused with its fault alone, and told how to mend it. */
export function failsOn(cases: readonly Case[]): void {
  test.each(cases)("fails on %s", (_, broken, fault) => {
    expect(refusals(broken)).toEqual([expect.stringMatching(/: .*\. Fix: .+\.$/)]);
    expect(refusals(broken)).toEqual([expect.stringContaining(fault)]);
  });
}
