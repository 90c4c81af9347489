import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsDbInstance } from "@cdktf/provider-aws/lib/data-aws-db-instance";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { postgresNameFault } from "../postgres-name";
import { replicationParameters } from "./database-parameters";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";

/** PostgreSQL's port, on both sides: a host list with one port a host is hard to read, and nobody gains by another. */
export const POSTGRES_PORT = 5432;

/** A PostgreSQL database of one region. */
export interface IDatabase {
  /** RDS instance identifier. */
  readonly identifier: string;
  readonly arn: string;
  /** The endpoint's real name: the one its certificate carries. */
  readonly host: string;
  readonly port: number;
  /** Master user: the runbook's role. */
  readonly operatorRole: string;
  /** Secret that RDS keeps for the operator: JSON with `username` and `password`. */
  readonly operatorSecretArn: string;
  /** Key of this region that encrypts storage, snapshots and the operator's secret. */
  readonly kmsKeyArn: string;
  readonly securityGroupId: string;
}

export interface DatabaseProps {
  /** Instance identifier; unique in the account and region. Changing it renames the endpoint. */
  readonly name: string;
  readonly network: INetwork;
  /** PostgreSQL major version, such as `18`; minor versions come by themselves. */
  readonly engineVersion: string;
  /** Name of the database inside the server. Changing it replaces the instance: its data is lost. */
  readonly databaseName: string;
  /** Master user. Changing it replaces the instance: its data is lost. @default - `runbook` */
  readonly operatorRole?: string;
  /** @default - `db.m7g.large` */
  readonly instanceClass?: string;
  /** Storage in GiB, 20 to 65536; grows by itself to five times as much, and never shrinks. @default - 100 */
  readonly storageGib?: number;
  /** A standby in a second zone. @default - true */
  readonly multiAz?: boolean;
  /**
   * Whether AWS and Terraform both refuse to delete the instance and its key.
   *
   * To destroy: set to false, deploy, then destroy. A final snapshot is taken, but it is unreadable once the key is
   * gone, 30 days later: copy it under another key before. It is called `<name>-final`, and AWS refuses to delete a
   * later instance of the same name while it is there.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
}

export interface ExistingDatabaseProps {
  /** Instance identifier in the region of the scope. */
  readonly identifier: string;
  /** The group on the instance that rules for its clients are added to. */
  readonly securityGroupId: string;
}

const BACKUP_DAYS = 14;
const LOG_RETENTION_DAYS = 30;
const STORAGE_GROWTH = 5;
/** Limits of gp3 for PostgreSQL. Source: RDS user guide, "Amazon RDS DB instance storage". */
const SMALLEST_STORAGE_GIB = 20;
const LARGEST_STORAGE_GIB = 65536;
const LOGS = ["postgresql", "upgrade"];

/**
 * A PostgreSQL instance, set up from its first start for logical replication in both directions.
 *
 * What destroys data: changing `databaseName`, `operatorRole` or the network replaces the instance. With
 * `deletionProtection` such a plan is refused by Terraform before anything is touched (`prevent_destroy`), and by AWS
 * whatever tool asks. Both are there because each sees what the other does not: Terraform's guard goes away together
 * with the code of the construct, and AWS's is noticed only in the middle of an apply.
 *
 * The operator's password is made and rotated by RDS and never known to Terraform.
 *
 * Cost: the instance (double with `multiAz`), storage, one KMS key, one secret, logs.
 */
export class Database extends Construct implements IDatabase {
  readonly identifier: string;
  readonly arn: string;
  readonly host: string;
  readonly port = POSTGRES_PORT;
  readonly operatorRole: string;
  readonly operatorSecretArn: string;
  readonly kmsKeyArn: string;
  readonly securityGroupId: string;

  /**
   * An instance that is managed elsewhere, read from AWS.
   *
   * It must listen on 5432, have `rds.logical_replication` set in its parameter group, and let RDS keep the master
   * password, under the instance's own key (`aws rds modify-db-instance --manage-master-user-password
   * --master-user-secret-kms-key-id`): Terraform fails when it finds no such secret.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingDatabaseProps): IDatabase {
    const found = new DataAwsDbInstance(scope, id, { dbInstanceIdentifier: props.identifier });
    return {
      identifier: props.identifier,
      arn: found.dbInstanceArn,
      host: found.address,
      port: POSTGRES_PORT,
      operatorRole: found.masterUsername,
      operatorSecretArn: found.masterUserSecret.get(0).secretArn,
      kmsKeyArn: found.kmsKeyId,
      securityGroupId: props.securityGroupId,
    };
  }

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "database",
      longest: 63,
      form: /^[a-z](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first a letter, last no hyphen",
    });
    this.node.addValidation({ validate: () => faults(this.node.path, props) });
    const guarded = props.deletionProtection ?? true;
    this.identifier = props.name;
    this.operatorRole = props.operatorRole ?? "runbook";

    const key = new KmsKey(this, "key", {
      description: `Storage, snapshots and operator secret of the database ${props.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      lifecycle: { preventDestroy: guarded },
    });
    new KmsAlias(this, "key-alias", { name: `alias/${props.name}-database`, targetKeyId: key.keyId });
    this.kmsKeyArn = key.arn;

    const parameters = new DbParameterGroup(this, "parameters", {
      // A new major version needs a new group while the old one is still in use, so the name must be free to differ.
      namePrefix: `${props.name}-`,
      family: `postgres${props.engineVersion.split(".")[0]}`,
      description: `Logical replication both ways for ${props.name}`,
      parameter: replicationParameters(),
      lifecycle: { createBeforeDestroy: true },
    });
    const subnets = new DbSubnetGroup(this, "subnets", {
      name: props.name,
      description: `Private subnets of ${props.name}`,
      subnetIds: props.network.privateSubnetIds,
    });
    const group = new SecurityGroup(this, "group", {
      name: `${props.name}-database`,
      description: `Database ${props.name}: closed but for the rules of its clients`,
      vpcId: props.network.vpcId,
      tags: { Name: `${props.name}-database` },
    });
    this.securityGroupId = group.id;
    const logs = LOGS.map(
      (log) =>
        new CloudwatchLogGroup(this, `${log}-log`, {
          name: `/aws/rds/instance/${props.name}/${log}`,
          retentionInDays: LOG_RETENTION_DAYS,
        }),
    );

    const storageGib = props.storageGib ?? 100;
    const instance = new DbInstance(this, "instance", {
      identifier: props.name,
      engine: "postgres",
      engineVersion: props.engineVersion,
      autoMinorVersionUpgrade: true,
      instanceClass: props.instanceClass ?? "db.m7g.large",
      multiAz: props.multiAz ?? true,
      dbName: props.databaseName,
      port: POSTGRES_PORT,
      username: this.operatorRole,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.keyId,
      parameterGroupName: parameters.name,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [group.id],
      publiclyAccessible: false,
      storageType: "gp3",
      allocatedStorage: storageGib,
      maxAllocatedStorage: Math.min(storageGib * STORAGE_GROWTH, LARGEST_STORAGE_GIB),
      storageEncrypted: true,
      kmsKeyId: key.arn,
      backupRetentionPeriod: BACKUP_DAYS,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: guarded,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${props.name}-final`,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: key.arn,
      performanceInsightsRetentionPeriod: 7,
      enabledCloudwatchLogsExports: LOGS,
      lifecycle: { preventDestroy: guarded },
      // RDS makes a missing log group itself, with logs that are kept for ever.
      dependsOn: logs,
    });
    this.arn = instance.arn;
    this.host = instance.address;
    this.operatorSecretArn = instance.masterUserSecret.get(0).secretArn;
  }
}

/** What RDS would refuse only in the middle of an apply. */
function faults(path: string, { databaseName, operatorRole, storageGib }: DatabaseProps): string[] {
  const names = Object.entries({ databaseName, operatorRole }).flatMap(([property, name]) => {
    const fault = name === undefined || Token.isUnresolved(name) ? undefined : postgresNameFault(name);
    return fault ? [`${path}: ${property}: ${fault}. Fix: change "${property}".`] : [];
  });
  const fits =
    storageGib === undefined ||
    Token.isUnresolved(storageGib) ||
    (Number.isInteger(storageGib) && storageGib >= SMALLEST_STORAGE_GIB && storageGib <= LARGEST_STORAGE_GIB);
  if (fits) return names;
  return [
    ...names,
    `${path}: storageGib: found ${storageGib}, expected a whole number from ${SMALLEST_STORAGE_GIB} to ` +
      `${LARGEST_STORAGE_GIB}. Fix: change "storageGib".`,
  ];
}
