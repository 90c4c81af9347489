import type { Construct } from "constructs";
import { PhaseStack } from "./phase-stack";
import { regionModules } from "./region-modules";
import type { RelocationProps } from "./relocation-props";
import { regionServices, sharedParts } from "./services";

/**
 * The standby stack of a relocation that is taken back: the source's side with the addresses it has always had, and no
 * manifest, as there is nothing for the runbook to do.
 */
export class SourceStack extends PhaseStack<"standby"> {
  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { workload, source, target } = relocation;
    const global = this.openGlobal();
    const here = regionModules(this.openRegion(source.region), source, workload);
    // Empty, but Terraform deletes what stands there by the provider it was made with.
    this.openRegion(target.region);
    regionServices(sharedParts(global, workload, here), here);
  }
}
