import type { Construct } from "constructs";
import { ReplicationRole } from "../lib/global/replication-role";
import { RunnerRoles } from "../lib/global/runner-roles";
import type { IService } from "../lib/regional/service";
import { journalTableName, runnerName } from "./names";
import { PhaseStack } from "./phase-stack";
import { regionModules, type RegionModules } from "./region-modules";
import type { RelocationProps } from "./relocation-props";
import type { ByName } from "../lib/workload/workload";
import { regionServices, sharedParts } from "./services";
import { standbyPart } from "./standby-part";

/** One region's half of the workload. */
export interface StandbyRegion extends RegionModules {
  readonly services: ByName<IService>;
}

/**
 * First phase: the workload in both regions, the target warm, and the identities both use.
 *
 * Nothing here changes who answers or who writes. The target's databases are empty until the runbook starts replication.
 *
 * Destroying it destroys both regions' modules, the source's as well, which the guards on databases, keys and buckets
 * refuse. To take only the target away again, see `AbortedRelocation`.
 */
export class StandbyStack extends PhaseStack<"standby"> {
  readonly source: StandbyRegion;
  readonly target: StandbyRegion;
  readonly runner: RunnerRoles;
  readonly replicationRole: ReplicationRole;

  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { workload, source, target } = relocation;
    const global = this.openGlobal();
    const here = regionModules(this.openRegion(source.region), source, workload);
    const there = regionModules(this.openRegion(target.region), target, workload);
    const shared = sharedParts(global, workload, here, there);
    const { account, credentials } = shared;
    this.source = { ...here, services: regionServices(shared, here, there) };
    this.target = { ...there, services: regionServices(shared, there, here) };

    this.replicationRole = new ReplicationRole(global, "bucket-replication", {
      name: `${workload.name}-bucket-replication`,
      account,
      bucketArns: [here, there].flatMap((side) => Object.values(side.buckets).map(({ arn }) => arn)),
    });
    const databases = [here, there].flatMap((side) => Object.values(side.databases));
    this.runner = new RunnerRoles(global, "runner", {
      name: runnerName(workload.name),
      account,
      region: target.region,
      image: relocation.runnerImage,
      journalTableArn: `arn:aws:dynamodb:${target.region}:${account}:table/${journalTableName(workload.name)}`,
      secretArns: [
        ...databases.map((database) => database.operatorSecretArn),
        ...Object.values(credentials).map((one) => one.arnIn(target.region)),
      ],
      secretKeyArns: databases.map((database) => database.kmsKeyArn),
    });
    this.tell({
      ...standbyPart(workload, this.source, this.target, credentials),
      caches: {},
      queues: {},
      secrets: {},
      egressAddresses: { source: [], target: [] },
    });
  }
}
