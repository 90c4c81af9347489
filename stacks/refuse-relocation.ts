import type { App } from "cdktf";
import { faultsBelow, refuseFaults } from "./refuse-faults";
import { relocationFaults } from "./relocation-faults";
import type { RelocationProps } from "./relocation-props";

/**
 * Before anything is made of it.
 *
 * @throws Error that lists everything that is wrong with the description, and with what is in the app already, unless the
 * description is right: then synth lists the rest
 */
export function refuseRelocation(app: App, props: RelocationProps): void {
  // What no compiler has seen may lack even its name.
  const { workload }: { readonly workload?: { readonly name?: string } } = props;
  const faults = relocationFaults(props);
  if (faults.length > 0) refuseFaults(workload?.name ?? "", [...faults, ...faultsBelow(app)]);
}
