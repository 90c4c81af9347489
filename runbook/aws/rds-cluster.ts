import { type DBCluster, DescribeDBClustersCommand, type RDSClient } from "@aws-sdk/client-rds";
import { unlessFault } from "./fault";
import { RDS_PAUSE } from "./rds-instance";
import { waitFor, type Waiting } from "./wait";

/** An Aurora cluster as RDS has it now. */
export interface RdsCluster {
  readonly identifier: string;
  readonly arn: string;
  /** As RDS writes it, such as `available`. */
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly deletionProtection: boolean;
  /** Days that automated backups are kept. */
  readonly backupRetentionDays: number;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  /** Of the instance that takes writes. @default - not yet reachable */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** @default - not encrypted */
  readonly kmsKeyArn?: string;
  /** ARN of the secret RDS keeps for the operator. @default - the password is not kept by RDS */
  readonly operatorSecretArn?: string;
  readonly instances: readonly { readonly identifier: string; readonly writer: boolean }[];
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Looks for a cluster.
 *
 * Needs `rds:DescribeDBClusters`.
 *
 * @returns undefined when there is none of that identifier
 */
export async function findCluster(rds: RDSClient, identifier: string): Promise<RdsCluster | undefined> {
  const request = rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
  const [found] = (await unlessFault(request, "DBClusterNotFound"))?.DBClusters ?? [];
  return found && clusterOf(found);
}

/** As `findCluster`. @throws Error when there is none */
export async function describeCluster(rds: RDSClient, identifier: string): Promise<RdsCluster> {
  const found = await findCluster(rds, identifier);
  if (found) return found;
  throw new Error(
    `${await clusterAt(rds, identifier)}: no such cluster, expected one; deploy the standby stack, or correct the manifest`,
  );
}

/** Waits until a cluster is `available`; at once when it is. @throws Error when there is none */
export async function waitForCluster(
  rds: RDSClient,
  identifier: string,
  waiting: Waiting,
): Promise<RdsCluster> {
  const what = await clusterAt(rds, identifier);
  return waitFor<RdsCluster>({ what, expected: "available", pauseMs: RDS_PAUSE }, waiting, async () => {
    const cluster = await describeCluster(rds, identifier);
    return cluster.status === "available" ? { value: cluster } : { still: cluster.status };
  });
}

/** Where a cluster stands, for messages. */
export async function clusterAt(rds: RDSClient, identifier: string): Promise<string> {
  return `${await rds.config.region()}: cluster ${identifier}`;
}

const clusterOf = (found: DBCluster): RdsCluster => ({
  identifier: found.DBClusterIdentifier ?? "",
  arn: found.DBClusterArn ?? "",
  status: found.Status ?? "unknown",
  engine: found.Engine ?? "",
  engineVersion: found.EngineVersion ?? "",
  deletionProtection: found.DeletionProtection ?? false,
  backupRetentionDays: found.BackupRetentionPeriod ?? 0,
  subnetGroup: found.DBSubnetGroup ?? "",
  securityGroupIds: (found.VpcSecurityGroups ?? []).flatMap((group) => group.VpcSecurityGroupId ?? []),
  endpoint: found.Endpoint ? { host: found.Endpoint, port: found.Port ?? 0 } : undefined,
  kmsKeyArn: found.KmsKeyId,
  operatorSecretArn: found.MasterUserSecret?.SecretArn,
  instances: (found.DBClusterMembers ?? []).map((member) => ({
    identifier: member.DBInstanceIdentifier ?? "",
    writer: member.IsClusterWriter ?? false,
  })),
  tags: Object.fromEntries((found.TagList ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
});
