import { ref, TerraformCount, Token } from "cdktf";
import type { Construct } from "constructs";
import type { ServiceRoles } from "../lib/global/service-roles";
import type { Phase } from "../lib/manifest";
import { retirementGuard } from "../lib/retirement/retirement-guard";
import type { RegionScope } from "../lib/scope/region-scope";
import type { ByName } from "../lib/workload/workload";
import { fromNames } from "./by-name";
import { workloadEdge } from "./cutover-edge";
import { gates } from "./gates";
import { keptOfSource } from "./kept-of-source";
import { mailRecords } from "./mail-records";
import { PhaseStack } from "./phase-stack";
import { existingSides, regionGround, type Originals, type RegionGround } from "./region-ground";
import { regionHalf, sharedParts, type StandbyRegion, withServices } from "./region-half";
import { regionStores } from "./region-stores";
import type { RelocationProps } from "./relocation-props";

/** A phase without the source, whose plan Terraform refuses as long as the source is still needed. */
abstract class CompletedStack<P extends Phase> extends PhaseStack<P> {
  /** Both regions: the source's is empty, or nearly, but Terraform deletes what stands there by its provider. */
  protected readonly regions: { readonly source: RegionScope; readonly target: RegionScope };
  /** Expression for when the way back ended. */
  protected readonly completedAt: string;

  constructor(scope: Construct, phase: P, relocation: RelocationProps) {
    super(scope, phase, relocation);
    const { workload, source, target } = relocation;
    this.regions = { source: this.openRegion(source.region), target: this.openRegion(target.region) };
    this.completedAt = retirementGuard(this.regions.target, "retirement", {
      workload: workload.name,
      proof: "final-backup",
      refused: `${phase} without ${source.region}`,
    });
  }
}

/**
 * The standby stack with the target alone. Of the source its multi-Region keys and its secrets stay: what the target has
 * of them are a replica each, and AWS takes a replica away with its primary.
 */
export class TargetStack extends CompletedStack<"standby"> {
  readonly target: StandbyRegion;
  readonly account: string;
  readonly roles: ByName<ServiceRoles>;
  /** RDS identifier of each of the source's databases. */
  readonly sourceIdentifiers: ByName<string>;

  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { workload, target } = relocation;
    const existing = existingSides(relocation, this.regions);
    const source = regionGround(this.regions.source, relocation, "source", existing, {
      otherRegion: target.region,
    });
    const half = regionHalf(
      regionGround(this.regions.target, relocation, "target", existing, { first: originals(source) }),
    );
    const shared = sharedParts(this.openGlobal(), relocation, [half]);
    this.target = withServices(shared, half);
    mailRecords(shared, workload, [this.target]);
    this.account = shared.account;
    this.roles = shared.roles;
    this.sourceIdentifiers = fromNames(
      Object.keys(workload.databases ?? {}),
      (name) =>
        source.existing.databases?.[name]?.identifier ??
        source.side.adopt?.databases?.[name] ??
        `${workload.name}-${name}`,
    );
  }
}

function originals(source: RegionGround): Originals {
  const workload = { ...source.workload, buckets: [], queues: [], registries: [] };
  const { secrets, keys } = regionStores({ ...source, workload });
  return { scope: source.scope, databases: {}, credentials: {}, caches: {}, secrets, keys };
}

/** The cutover stack with the target alone: it is the active side for good. */
export class TargetCutoverStack extends CompletedStack<"cutover"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: TargetStack) {
    super(scope, "cutover", relocation);
    const ground = {
      relocation,
      global: this.openGlobal(),
      account: standby.account,
      target: {
        side: relocation.target,
        region: { ...standby.target, scope: this.regions.target },
        active: Token.asString(ref("true")),
      },
    };
    if (relocation.workload.edge) workloadEdge(ground, relocation.workload.edge);
    gates(ground, standby.roles);
  }
}

/** The decommission stack with what was kept of the source: the same resources, none of which needs it any more. */
export class KeptStack extends CompletedStack<"decommission"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: TargetStack) {
    super(scope, "decommission", relocation);
    // For the roles of the backup jobs, which go.
    this.openGlobal();
    const kept = keptOfSource({
      workload: relocation.workload,
      ...this.regions,
      identifiers: standby.sourceIdentifiers,
      completedAt: this.completedAt,
      count: TerraformCount.of(1),
    });
    this.tell({
      finalSnapshots: kept.snapshotIds,
      archiveBucket: kept.archive.bucketName,
      finalBackupParameter: kept.finalBackup.parameterName,
    });
  }
}
