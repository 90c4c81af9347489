import {
  type DBInstance,
  DescribeDBInstancesCommand,
  PromoteReadReplicaCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { BACKUP_DAYS } from "../../lib/manifest";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";
import { waitFor, type Waiting } from "./wait";

/** A client of RDS in one region. */
export const rdsIn = (region: AwsRegion): RDSClient => connect(RDSClient, region);

/** Between two looks at what takes minutes, in milliseconds. */
export const RDS_PAUSE = 5_000;

/** A database instance as RDS has it now. */
export interface RdsInstance {
  readonly identifier: string;
  readonly arn: string;
  /** As RDS writes it, such as `available`. */
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly storageGib: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  /** Days that automated backups are kept; 0 means that there are none. */
  readonly backupRetentionDays: number;
  readonly parameterGroups: readonly string[];
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  /** @default - not yet reachable */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** @default - not encrypted */
  readonly kmsKeyArn?: string;
  /** ARN of the secret RDS keeps for the operator. @default - the password is not kept by RDS */
  readonly operatorSecretArn?: string;
  /** Identifier, in another region ARN, of what it replicates. @default - it is no replica */
  readonly replicates?: string;
  /** Identifiers, in other regions ARNs, of its read replicas. */
  readonly replicas: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Looks for an instance.
 *
 * Needs `rds:DescribeDBInstances`.
 *
 * @returns undefined when there is none of that identifier
 */
export async function findInstance(rds: RDSClient, identifier: string): Promise<RdsInstance | undefined> {
  const request = rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
  const [found] = (await unlessFault(request, "DBInstanceNotFound"))?.DBInstances ?? [];
  return found && instanceOf(found);
}

/** As `findInstance`. @throws Error when there is none */
export async function describeInstance(rds: RDSClient, identifier: string): Promise<RdsInstance> {
  const found = await findInstance(rds, identifier);
  if (found) return found;
  throw new Error(
    `${await at(rds, identifier)}: no such instance, expected one; deploy the standby stack, or correct the manifest`,
  );
}

/** Waits until an instance is `available`; at once when it is. @throws Error when there is none */
export async function waitForInstance(
  rds: RDSClient,
  identifier: string,
  waiting: Waiting,
): Promise<RdsInstance> {
  const what = await at(rds, identifier);
  return waitFor<RdsInstance>({ what, expected: "available", pauseMs: RDS_PAUSE }, waiting, async () => {
    const instance = await describeInstance(rds, identifier);
    return instance.status === "available" ? { value: instance } : { still: instance.status };
  });
}

/**
 * Makes a read replica a primary of its own, and waits until it is one. There is no way back: replication ends.
 *
 * RDS reboots it, which takes minutes; it refuses while a backup runs, so that is waited out first. Backups are kept as long
 * as the stacks want it, or longer: RDS would otherwise set one day (RDS API reference, "PromoteReadReplica"), and the next
 * deploy would plan a change.
 * May be called again at any time, also after a crash: a promotion under way is waited for.
 *
 * Needs `rds:DescribeDBInstances` and `rds:PromoteReadReplica`.
 */
export async function promote(rds: RDSClient, identifier: string, waiting: Waiting): Promise<RdsInstance> {
  let asked = false;
  const what = await at(rds, identifier);
  return waitFor<RdsInstance>(
    { what, expected: "a primary of its own", pauseMs: RDS_PAUSE },
    waiting,
    async () => {
      const instance = await describeInstance(rds, identifier);
      if (instance.status !== "available") return { still: instance.status };
      if (instance.replicates === undefined) return { value: instance };
      if (!asked) asked = await askToPromote(rds, instance);
      return { still: `a replica of ${instance.replicates}` };
    },
  );
}

/** @returns whether it was accepted; a change or a backup that has begun in the same moment is waited out instead */
async function askToPromote(rds: RDSClient, instance: RdsInstance): Promise<boolean> {
  const request = rds.send(
    new PromoteReadReplicaCommand({
      DBInstanceIdentifier: instance.identifier,
      BackupRetentionPeriod: Math.max(BACKUP_DAYS, instance.backupRetentionDays),
    }),
  );
  return (await unlessFault(request, "InvalidDBInstanceState")) !== undefined;
}

/** Where an instance stands, for messages. */
export async function at(rds: RDSClient, identifier: string): Promise<string> {
  return `${await rds.config.region()}: database ${identifier}`;
}

function instanceOf(found: DBInstance): RdsInstance {
  const { Endpoint: endpoint } = found;
  return {
    identifier: found.DBInstanceIdentifier ?? "",
    arn: found.DBInstanceArn ?? "",
    status: found.DBInstanceStatus ?? "unknown",
    engine: found.Engine ?? "",
    engineVersion: found.EngineVersion ?? "",
    instanceClass: found.DBInstanceClass ?? "",
    storageGib: found.AllocatedStorage ?? 0,
    multiAz: found.MultiAZ ?? false,
    deletionProtection: found.DeletionProtection ?? false,
    backupRetentionDays: found.BackupRetentionPeriod ?? 0,
    parameterGroups: (found.DBParameterGroups ?? []).flatMap((group) => group.DBParameterGroupName ?? []),
    subnetGroup: found.DBSubnetGroup?.DBSubnetGroupName ?? "",
    securityGroupIds: (found.VpcSecurityGroups ?? []).flatMap((group) => group.VpcSecurityGroupId ?? []),
    endpoint: endpoint?.Address ? { host: endpoint.Address, port: endpoint.Port ?? 0 } : undefined,
    kmsKeyArn: found.KmsKeyId,
    operatorSecretArn: found.MasterUserSecret?.SecretArn,
    replicates: found.ReadReplicaSourceDBInstanceIdentifier || undefined,
    replicas: found.ReadReplicaDBInstanceIdentifiers ?? [],
    tags: Object.fromEntries((found.TagList ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
  };
}
