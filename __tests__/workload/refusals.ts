import { relocationFaults } from "../../stacks/relocation-faults";
import type { RelocationProps } from "../../stacks/relocation-props";
export function refusals(props: RelocationProps): string[] {
  return relocationFaults(props);
}
