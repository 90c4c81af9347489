import {
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  ModifyDBClusterCommand,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
} from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { clusterAt, describeCluster, findCluster, type RdsCluster, waitForCluster } from "./rds-cluster";
import { findInstance, RDS_PAUSE, waitForInstance } from "./rds-instance";
import { isScratch, refusal, SCRATCH } from "./rds-scratch";
import { waitFor, type Waiting } from "./wait";

export interface ScratchClusterRequest {
  /** Identifier of the cluster's snapshot, in the client's region. */
  readonly snapshot: string;
  /** Identifier of the cluster to make; the same again for the same one. */
  readonly identifier: string;
  /** As the snapshot's: `aurora-postgresql` or `aurora-mysql`. */
  readonly engine: string;
  /** As the snapshot's. @default - the engine's default version */
  readonly engineVersion?: string;
  /** Such as `db.t4g.medium`. */
  readonly instanceClass: string;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
}

/**
 * Restores a cluster's snapshot into a scratch cluster with one instance, in order to prove that it can be restored, and
 * waits until both are there. Not public, without deletion protection; RDS keeps a new password of the operator for it.
 *
 * Needs `rds:RestoreDBClusterFromSnapshot`, `ModifyDBCluster`, `CreateDBInstance`, `AddTagsToResource`,
 * `DescribeDBClusters` and `DescribeDBInstances`; with the password also `secretsmanager:CreateSecret`,
 * `secretsmanager:TagResource` and use of the key.
 *
 * Cost: an instance and the storage for as long as they stand: remove them with `removeScratchCluster`.
 *
 * @throws Error when a cluster of that identifier is there and is not scratch
 */
export async function restoreScratchCluster(
  rds: RDSClient,
  request: ScratchClusterRequest,
  waiting: Waiting,
): Promise<RdsCluster> {
  const { identifier } = request;
  const found = await findCluster(rds, identifier);
  if (found) await requireScratch(rds, found);
  else await restore(rds, request);
  await waitForCluster(rds, identifier, waiting);
  await unlessFault(
    rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: instanceIn(identifier),
        DBClusterIdentifier: identifier,
        DBInstanceClass: request.instanceClass,
        Engine: request.engine,
        PubliclyAccessible: false,
        Tags: [SCRATCH],
      }),
    ),
    "DBInstanceAlreadyExists",
  );
  await waitForInstance(rds, instanceIn(identifier), waiting);
  return renewPassword(rds, identifier, waiting);
}

/** A restored cluster has the password of its original; RDS makes another and keeps it. */
async function renewPassword(rds: RDSClient, identifier: string, waiting: Waiting): Promise<RdsCluster> {
  const what = await clusterAt(rds, identifier);
  const expected = "available, with a password that RDS keeps";
  return waitFor<RdsCluster>({ what, expected, pauseMs: RDS_PAUSE }, waiting, async () => {
    const cluster = await describeCluster(rds, identifier);
    if (cluster.status !== "available") return { still: cluster.status };
    if (cluster.operatorSecretArn !== undefined) return { value: cluster };
    const request = new ModifyDBClusterCommand({
      DBClusterIdentifier: identifier,
      ManageMasterUserPassword: true,
      ApplyImmediately: true,
    });
    // Asked for already, and not seen yet: the next look tells.
    await unlessFault(rds.send(request), "InvalidDBClusterState");
    return { still: "without a password that RDS keeps" };
  });
}

/**
 * Deletes a scratch cluster and its instance **with all data in it and its backups**, and waits until both are gone; done
 * when there is none.
 *
 * Needs `rds:DeleteDBCluster`, `DeleteDBInstance`, `DescribeDBClusters` and `DescribeDBInstances`.
 *
 * @throws Error when the cluster is not scratch: nothing else is ever deleted here
 */
export async function removeScratchCluster(
  rds: RDSClient,
  identifier: string,
  waiting: Waiting,
): Promise<void> {
  const what = await clusterAt(rds, identifier);
  // Gone already, or a change of it under way: the next look tells.
  const passing = [
    "DBInstanceNotFound",
    "InvalidDBInstanceState",
    "DBClusterNotFound",
    "InvalidDBClusterState",
  ];
  await waitFor({ what, expected: "gone", pauseMs: RDS_PAUSE }, waiting, async () => {
    const cluster = await findCluster(rds, identifier);
    if (!cluster) return { value: undefined };
    await requireScratch(rds, cluster);
    const instance = await findInstance(rds, instanceIn(identifier));
    if (instance) {
      if (instance.status !== "deleting") {
        const DBInstanceIdentifier = instance.identifier;
        await unlessFault(
          rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true })),
          ...passing,
        );
      }
      return { still: `holding instance ${instance.identifier}, ${instance.status}` };
    }
    if (cluster.status !== "deleting") {
      await unlessFault(
        rds.send(
          new DeleteDBClusterCommand({
            DBClusterIdentifier: identifier,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
          }),
        ),
        ...passing,
      );
    }
    return { still: cluster.status };
  });
}

/** The one instance of a scratch cluster. */
const instanceIn = (cluster: string) => `${cluster}-1`;

const restore = (rds: RDSClient, request: ScratchClusterRequest) =>
  unlessFault(
    rds.send(
      new RestoreDBClusterFromSnapshotCommand({
        SnapshotIdentifier: request.snapshot,
        DBClusterIdentifier: request.identifier,
        Engine: request.engine,
        EngineVersion: request.engineVersion,
        DBSubnetGroupName: request.subnetGroup,
        VpcSecurityGroupIds: [...request.securityGroupIds],
        DeletionProtection: false,
        Tags: [SCRATCH],
      }),
    ),
    "DBClusterAlreadyExists",
  );

async function requireScratch(rds: RDSClient, cluster: RdsCluster): Promise<void> {
  if (!isScratch(cluster)) throw new Error(refusal(await clusterAt(rds, cluster.identifier)));
}
