import {
  DescribeGlobalClustersCommand,
  type GlobalCluster,
  type RDSClient,
  SwitchoverGlobalClusterCommand,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { waitFor, type Waiting } from "./wait";

/** Between two looks: a switchover takes about a minute, and writers wait for it; in milliseconds. */
const PAUSE = 2_000;

/** An Aurora global database as RDS has it now. */
export interface AuroraGlobalCluster {
  readonly identifier: string;
  /** As RDS writes it, such as `available` or `switching-over`. */
  readonly status: string;
  /** ARN of the cluster that takes writes. @default - none does at the moment */
  readonly writerArn?: string;
  /** The clusters that follow it. */
  readonly secondaries: readonly { readonly arn: string; readonly synchronization: string }[];
}

/**
 * Describes a global database; any of its regions may be asked.
 *
 * Needs `rds:DescribeGlobalClusters`.
 *
 * @throws Error when there is none
 */
export async function describeGlobalCluster(
  rds: RDSClient,
  identifier: string,
): Promise<AuroraGlobalCluster> {
  const found = await look(rds, identifier);
  if (!found) {
    throw new Error(
      `${await at(rds, identifier)}: no such global database, expected one; deploy the replication stack`,
    );
  }
  const members = found.GlobalClusterMembers ?? [];
  return {
    identifier,
    status: found.FailoverState?.Status ?? found.Status ?? "unknown",
    writerArn: members.find(({ IsWriter }) => IsWriter)?.DBClusterArn,
    secondaries: members
      .filter(({ IsWriter }) => !IsWriter)
      .map(({ DBClusterArn, SynchronizationStatus }) => ({
        arn: DBClusterArn ?? "",
        synchronization: SynchronizationStatus ?? "unknown",
      })),
  };
}

/**
 * Makes another cluster the writer, with no loss, and waits until it is: RDS synchronizes it first, and the former writer
 * becomes a secondary (RDS API reference, "SwitchoverGlobalCluster"). Call it in the region of the writer.
 *
 * May be called again at any time: a switchover under way is waited for, one that is done is the answer. Going back is the
 * same call with the other cluster. Never a failover, which may lose writes.
 *
 * Needs `rds:SwitchoverGlobalCluster` on the global database and both clusters, and `rds:DescribeGlobalClusters`.
 *
 * @throws Error when the cluster is no member
 */
export async function switchover(
  rds: RDSClient,
  request: { readonly globalCluster: string; readonly targetArn: string },
  waiting: Waiting,
): Promise<AuroraGlobalCluster> {
  const { globalCluster, targetArn } = request;
  const what = await at(rds, globalCluster);
  let asked = false;
  return waitFor<AuroraGlobalCluster>(
    { what, expected: `${targetArn} as the writer`, pauseMs: PAUSE },
    waiting,
    async () => {
      const found = await describeGlobalCluster(rds, globalCluster);
      const still = { still: `${found.status}, writer ${found.writerArn ?? "none"}` };
      if (found.status !== "available") return still;
      if (found.writerArn === targetArn) return { value: found };
      if (!found.secondaries.some(({ arn }) => arn === targetArn)) {
        const members = found.secondaries.map(({ arn }) => arn).join(", ") || "none";
        throw new Error(
          `${what}: ${targetArn} is no secondary (found ${members}), expected it to be one; deploy the replication stack`,
        );
      }
      if (!asked) asked = await ask(rds, globalCluster, targetArn);
      return still;
    },
  );
}

/** @returns whether it was accepted; a change that has begun in the same moment is waited out instead */
async function ask(rds: RDSClient, globalCluster: string, targetArn: string): Promise<boolean> {
  const request = rds.send(
    new SwitchoverGlobalClusterCommand({
      GlobalClusterIdentifier: globalCluster,
      TargetDbClusterIdentifier: targetArn,
    }),
  );
  return (await unlessFault(request, "InvalidGlobalClusterState", "InvalidDBClusterState")) !== undefined;
}

async function look(rds: RDSClient, identifier: string): Promise<GlobalCluster | undefined> {
  const request = rds.send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: identifier }));
  return (await unlessFault(request, "GlobalClusterNotFound"))?.GlobalClusters?.[0];
}

async function at(rds: RDSClient, identifier: string): Promise<string> {
  return `${await rds.config.region()}: global database ${identifier}`;
}
