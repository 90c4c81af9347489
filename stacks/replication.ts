import type { Construct } from "constructs";
import { CompletionAccess } from "../lib/global/completion-access";
import { batchReplicationJob } from "../lib/link/bucket-batch";
import { Completion } from "../lib/link/completion";
import { Dashboard } from "../lib/link/dashboard";
import { JournalTable } from "../lib/link/journal-table";
import { peerNetworks } from "../lib/link/network-peering";
import { Runner } from "../lib/link/runner";
import { POOLER_PORT } from "../lib/regional/pooler-settings";
import { fromNames } from "./by-name";
import { linkWorkload } from "./links";
import { journalTableName, runnerName } from "./names";
import { PhaseStack } from "./phase-stack";
import { poolers } from "./poolers";
import type { StandbyRegion } from "./region-half";
import type { RelocationProps } from "./relocation-props";
import type { StandbyStack } from "./standby";
import { discoveredBy } from "./writers";

/**
 * Second phase: what ties the two regions together, and where the runbook runs.
 *
 * After it both regions reach both databases, buckets and registries copy into each other, and poolers run where they are
 * used. With strategy `logical`, rows are replicated only from the runbook's `start` on.
 */
export class ReplicationStack extends PhaseStack<"replication"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: StandbyStack) {
    super(scope, "replication", relocation);
    const { workload } = relocation;
    const source = { ...standby.source, scope: this.openRegion(relocation.source.region) };
    const target = { ...standby.target, scope: this.openRegion(relocation.target.region) };

    const global = this.openGlobal();
    const peering = peerNetworks(source, target);
    linkWorkload({ relocation, source, target, replicationRoleArn: standby.replicationRole.roleArn });
    const journal = new JournalTable(target.scope, "journal", { name: journalTableName(workload.name) });
    const completion = new Completion(target.scope, "completion", { workload: workload.name });
    new CompletionAccess(global, "runner-completion", { roleName: standby.runner.task.roleName, completion });
    new Dashboard(target.scope, "dashboard", {
      name: `${workload.name}-relocation`,
      source: { ...source, services: { ...source.web, ...source.workers } },
      target: { ...target, services: { ...target.web, ...target.workers } },
    });
    const runner = new Runner(target.scope, "runner", {
      name: runnerName(workload.name),
      network: target.network,
      image: relocation.runnerImage,
      environment: { RELOCATE_JOURNAL_TABLE: journal.tableName },
      databases: target.databases,
      otherCidr: source.network.cidr,
      otherDatabases: source.databases,
      otherPorts: discoveredBy({ relocation }, "pooler").map(
        (name) => source.existing.poolers?.[name]?.port ?? POOLER_PORT,
      ),
      taskRoleArn: standby.runner.task.roleArn,
      executionRoleArn: standby.runner.execution.roleArn,
    });
    this.tell({
      peeringConnectionId: peering.connectionId,
      journalTable: journal.tableName,
      runner: {
        cluster: runner.clusterName,
        taskDefinitionArn: runner.taskDefinitionArn,
        subnetIds: runner.subnetIds,
        securityGroupIds: runner.securityGroupIds,
      },
      poolers: poolers({
        relocation,
        source,
        target,
        global,
        account: standby.account,
        runner: { roleArn: standby.runner.task.roleArn, securityGroupId: runner.securityGroupIds[0]! },
      }),
      bucketJobs: this.batchJobs(source, target, standby),
      completionParameter: completion.parameterName,
    });
  }

  /** Objects that were there before the link are replicated by jobs that the runbook sends; Terraform makes none. */
  private batchJobs(source: StandbyRegion, target: StandbyRegion, standby: StandbyStack) {
    return fromNames(this.relocation.workload.buckets ?? [], (name) => ({
      ...batchReplicationJob({
        account: standby.account,
        bucket: source.buckets[name]!,
        toRegion: target.region,
        roleArn: standby.batchRole.roleArn,
      }),
    }));
  }
}
