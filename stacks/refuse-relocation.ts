import { refuseFaults } from "./refuse-faults";
import { relocationFaults } from "./relocation-faults";
import type { RelocationProps } from "./relocation-props";

/** @throws Error that lists everything that is wrong with the description, unless nothing is */
export function refuseRelocation(props: RelocationProps): void {
  // What no compiler has seen may lack even its name.
  const { workload }: { readonly workload?: { readonly name?: string } } = props;
  refuseFaults(workload?.name ?? "", relocationFaults(props));
}
