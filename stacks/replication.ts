import type { Construct } from "constructs";
import { linkBuckets } from "../lib/link/bucket-link";
import { linkDatabases } from "../lib/link/database-link";
import { JournalTable } from "../lib/link/journal-table";
import { LagAlarms } from "../lib/link/lag-alarms";
import { peerNetworks } from "../lib/link/network-peering";
import { Runner } from "../lib/link/runner";
import { journalTableName, runnerName } from "./names";
import { PhaseStack } from "./phase-stack";
import type { RelocationProps } from "./relocation-props";
import type { StandbyStack } from "./standby";

/**
 * Second phase: what ties the two regions together, and where the runbook runs.
 *
 * After it both regions reach both databases, and buckets copy into each other. Rows are replicated only from the
 * runbook's `start` on.
 */
export class ReplicationStack extends PhaseStack<"replication"> {
  constructor(scope: Construct, relocation: RelocationProps, standby: StandbyStack) {
    super(scope, "replication", relocation);
    const { workload } = relocation;
    const source = { ...standby.source, scope: this.openRegion(relocation.source.region) };
    const target = { ...standby.target, scope: this.openRegion(relocation.target.region) };

    const peering = peerNetworks(source, target);
    linkDatabases(source, target);
    for (const [name, bucket] of Object.entries(source.buckets)) {
      linkBuckets(
        name,
        { ...source, bucket },
        { ...target, bucket: target.buckets[name]! },
        standby.replicationRole.roleArn,
      );
    }
    for (const side of [source, target]) {
      for (const [name, database] of Object.entries(side.databases)) {
        new LagAlarms(side.scope, `${name}-lag`, { database });
      }
    }
    const journal = new JournalTable(target.scope, "journal", { name: journalTableName(workload.name) });
    const runner = new Runner(target.scope, "runner", {
      name: runnerName(workload.name),
      network: target.network,
      image: relocation.runnerImage,
      environment: { RELOCATE_JOURNAL_TABLE: journal.tableName },
      databases: target.databases,
      otherCidr: source.network.cidr,
      otherDatabases: source.databases,
      taskRoleArn: standby.runner.task.roleArn,
      executionRoleArn: standby.runner.execution.roleArn,
    });
    this.tell({
      poolers: {},
      completionParameter: "",
      peeringConnectionId: peering.connectionId,
      journalTable: journal.tableName,
      runner: {
        cluster: runner.clusterName,
        taskDefinitionArn: runner.taskDefinitionArn,
        subnetIds: runner.subnetIds,
        securityGroupIds: runner.securityGroupIds,
      },
    });
  }
}
