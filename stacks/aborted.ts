import type { Construct } from "constructs";
import { mailRecords } from "./mail-records";
import { PhaseStack } from "./phase-stack";
import { existingSides, regionGround } from "./region-ground";
import { regionHalf, sharedParts, withServices } from "./region-half";
import type { RelocationProps } from "./relocation-props";

/**
 * The standby stack of a relocation that is taken back: the source's side with the addresses it has always had, and no
 * manifest, as there is nothing for the runbook to do.
 */
export class SourceStack extends PhaseStack<"standby"> {
  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { source, target } = relocation;
    const region = this.openRegion(source.region);
    const existing = existingSides(relocation, { source: region });
    const half = regionHalf(regionGround(region, relocation, "source", existing));
    // Empty, but Terraform deletes what stands there by the provider it was made with.
    this.openRegion(target.region);
    const shared = sharedParts(this.openGlobal(), relocation, [half]);
    mailRecords(shared, relocation.workload, [withServices(shared, half)]);
  }
}
