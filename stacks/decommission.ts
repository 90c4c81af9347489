import { Fn, TerraformCount, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import { accountId } from "../lib/global/account";
import { BackupRole } from "../lib/global/backup-role";
import { CrossRegionBackup } from "../lib/retirement/cross-region-backup";
import { LateTraffic } from "../lib/retirement/late-traffic";
import { retirementGuard } from "../lib/retirement/retirement-guard";
import { mapValues } from "./by-name";
import { keptOfSource, type KeptOfSource } from "./kept-of-source";
import { PhaseStack } from "./phase-stack";
import type { RelocationProps } from "./relocation-props";
import type { ReplicationStack } from "./replication";
import type { StandbyStack } from "./standby";

/**
 * Last phase: what must outlive the source.
 *
 * Without `retire_source` it makes the archive bucket, a backup vault in each region, and daily backups of the source with
 * a copy in the target region. With it, which the plan refuses before the runbook's `complete`: a final snapshot of each
 * source database under a key that stays, the proof that they stand, and the source's load balancer sends late visitors to
 * the public name. There is no way back from there: the snapshots refuse to be destroyed, and a source that redirects
 * cannot take the traffic again.
 *
 * Nothing is deleted here. The source's modules are deleted by the standby stack of a `CompletedRelocation`.
 */
export class DecommissionStack extends PhaseStack<"decommission"> {
  constructor(
    scope: Construct,
    relocation: RelocationProps,
    standby: StandbyStack,
    replication: ReplicationStack,
  ) {
    super(scope, "decommission", relocation);
    // The guard reads a parameter that stands there.
    this.addDependency(replication);
    const { workload } = relocation;
    const retire = new TerraformVariable(this, "retire_source", {
      type: "bool",
      default: false,
      nullable: false,
      description:
        `NOT REVERSIBLE. True takes the final snapshots of ${relocation.source.region} and has its load balancer send ` +
        `late visitors to ${workload.edge?.publicName ?? "nowhere"}. Refused before "relocate complete".`,
    });
    const count = TerraformCount.of(Token.asNumber(Fn.conditional(retire.value, 1, 0)));
    const target = this.openRegion(relocation.target.region);
    const source = this.openRegion(relocation.source.region);

    const completedAt = retirementGuard(target, "retirement", {
      workload: workload.name,
      proof: "completion",
      refused: "retire_source=true",
      when: Token.asString(retire.value),
    });
    const kept = keptOfSource({
      workload,
      source,
      target,
      identifiers: mapValues(standby.source.databases, ({ identifier }) => identifier),
      completedAt,
      count,
    });
    const backedUp = [...Object.values(standby.source.databases), ...Object.values(standby.source.buckets)];
    if (backedUp.length > 0) {
      new CrossRegionBackup(source, "backup", {
        name: `${workload.name}-source`,
        vault: kept.vaults.source,
        copyTo: kept.vaults.target,
        roleArn: this.backupRole(kept, standby).roleArn,
        resourceArns: backedUp.map(({ arn }) => arn),
      });
    }
    const { loadBalancer } = standby.source;
    if (workload.edge && loadBalancer) {
      new LateTraffic(source, "late-traffic", {
        listenerArn: loadBalancer.listenerArn,
        publicName: workload.edge.publicName,
        count,
      });
    }
    this.tell({
      finalSnapshots: kept.snapshotIds,
      archiveBucket: kept.archive.bucketName,
      finalBackupParameter: kept.finalBackup.parameterName,
    });
  }

  private backupRole({ vaults }: KeptOfSource, standby: StandbyStack): BackupRole {
    const { workload, source, target } = this.relocation;
    const global = this.openGlobal();
    const databases = Object.values(standby.source.databases);
    return new BackupRole(global, "backup", {
      name: `${workload.name}-backup`,
      account: accountId(global),
      regions: [source.region, target.region],
      databaseArns: databases.map(({ arn }) => arn),
      bucketArns: Object.values(standby.source.buckets).map(({ arn }) => arn),
      vaultArns: [vaults.source.arn, vaults.target.arn],
      keyArns: [
        ...databases.map(({ kmsKeyArn }) => kmsKeyArn),
        vaults.source.kmsKeyArn,
        vaults.target.kmsKeyArn,
      ],
    });
  }
}
