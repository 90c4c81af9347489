import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { BatchReplicationRole } from "../lib/global/batch-role";
import { ReplicationRole } from "../lib/global/replication-role";
import { RunnerRoles } from "../lib/global/runner-roles";
import type { ServiceRoles } from "../lib/global/service-roles";
import type { ByName } from "../lib/workload/workload";
import { acceptedLoss } from "./accepted-loss";
import { filterValues, mapValues } from "./by-name";
import { mailRecords } from "./mail-records";
import { journalTableName, runnerName } from "./names";
import { PhaseStack } from "./phase-stack";
import { existingSides, regionGround, type RegionGround } from "./region-ground";
import { regionHalf, sharedParts, type SharedParts, type StandbyRegion, withServices } from "./region-half";
import type { RelocationProps } from "./relocation-props";
import { serviceEnvironment } from "./services";
import { standbyPart } from "./standby-part";

/**
 * First phase: the workload in both regions, the target warm, and the identities both use.
 *
 * Nothing here changes who answers or who writes. Web services of the target run at standby capacity, workers at zero,
 * schedules not at all. With strategy `logical` the target's databases are empty until the runbook starts replication;
 * with the others they follow the source's from here on, and with `snapshot` they are made when there is one.
 *
 * Destroying it destroys both regions' modules, the source's as well, which the guards on databases, keys and buckets
 * refuse. To take only the target away again, see `AbortedRelocation`.
 */
export class StandbyStack extends PhaseStack<"standby"> {
  readonly source: StandbyRegion;
  readonly target: StandbyRegion;
  readonly account: string;
  /** Identities of every service. */
  readonly roles: ByName<ServiceRoles>;
  readonly runner: RunnerRoles;
  readonly replicationRole: ReplicationRole;
  readonly batchRole: BatchReplicationRole;

  constructor(scope: Construct, relocation: RelocationProps) {
    super(scope, "standby", relocation);
    const { workload } = relocation;
    const global = this.openGlobal();
    const { source, target } = relocation;
    const scopes = { source: this.openRegion(source.region), target: this.openRegion(target.region) };
    const existing = existingSides(relocation, scopes);
    const here = regionHalf(
      regionGround(scopes.source, relocation, "source", existing, { otherRegion: target.region }),
    );
    const there = regionHalf(
      regionGround(scopes.target, relocation, "target", existing, {
        otherRegion: source.region,
        first: here.modules,
      }),
    );
    const shared = sharedParts(global, relocation, [here, there]);
    this.source = withServices(shared, here, there);
    this.target = withServices(shared, there, here);

    const bucketArns = [here, there].flatMap(({ modules }) =>
      Object.values(modules.buckets).map(({ arn }) => arn),
    );
    const { account } = shared;
    this.account = account;
    this.roles = shared.roles;
    this.replicationRole = new ReplicationRole(global, "bucket-replication", {
      name: `${workload.name}-bucket-replication`,
      account,
      bucketArns,
    });
    this.batchRole = new BatchReplicationRole(global, "batch-replication", {
      name: `${workload.name}-batch-replication`,
      account,
      bucketArns,
    });
    this.runner = this.runnerRoles(shared);
    mailRecords(shared, workload, [this.source, this.target]);
    this.tellSource(here.ground);
    this.tellLoss();
    this.tell(standbyPart(workload, this.source, this.target));
  }

  /** Who runs the runbook, and what it may read and change in both regions. */
  private runnerRoles({ global, account }: SharedParts): RunnerRoles {
    const { workload, source, target, runnerImage } = this.relocation;
    const sides = [this.source, this.target];
    const databases = sides.flatMap((side) => Object.values(side.databases));
    return new RunnerRoles(global, "runner", {
      name: runnerName(workload.name),
      account,
      region: target.region,
      image: runnerImage,
      journalTableArn: `arn:aws:dynamodb:${target.region}:${account}:table/${journalTableName(workload.name)}`,
      secretArns: [
        ...databases.map((database) => database.operatorSecretArn),
        ...Object.values(this.target.credentials),
        ...sides.flatMap(({ existing }) =>
          Object.values(existing.poolers ?? {}).map(({ adminSecretArn }) => adminSecretArn),
        ),
      ],
      secretKeyArns: databases.map((database) => database.kmsKeyArn),
      reach: {
        ...{ workload: workload.name, account, sourceRegion: source.region, targetRegion: target.region },
        databaseIdentifiers: Object.values(this.target.databases).map(({ identifier }) => identifier),
        clusterNames: [
          `${workload.name}-*`,
          ...sides.flatMap(({ existing }) =>
            Object.values({ ...existing.services, ...existing.poolers }).map(
              ({ clusterName }) => clusterName,
            ),
          ),
        ],
        databaseKeyArns: databases.map((database) => database.kmsKeyArn),
        bucketArns: sides.flatMap(({ buckets }) => Object.values(buckets).map(({ arn }) => arn)),
        batchRoleArn: this.batchRole.roleArn,
      },
    });
  }

  /** What whoever manages the source's services must give them, so that they follow the writer. */
  private tellSource({ existing }: RegionGround): void {
    const { workload } = this.relocation;
    const elsewhere = filterValues(
      workload.services,
      (_, name) => name in { ...existing.services, ...existing.oneOffs },
    );
    if (Object.keys(elsewhere).length === 0) return;
    const ground = { workload, existing, own: this.source, other: this.target };
    new TerraformOutput(this, "source_environment", {
      description:
        "What the source's services that are managed elsewhere need: variables, and the ARNs of secrets to read others from",
      value: mapValues(elsewhere, (service) => serviceEnvironment(ground, service)),
      staticId: true,
    });
  }

  private tellLoss(): void {
    const loss = acceptedLoss(this.relocation.workload);
    if (loss === undefined) return;
    new TerraformOutput(this, "accepted_loss", {
      description: "Acknowledged writes that may be lost at the cutover, by the strategy of each database",
      value: loss,
      staticId: true,
    });
  }
}
