import type { DatabaseEngine } from "../workload/database";
import type { INetwork } from "./network";

/**
 * Who keeps the operator's password.
 *
 * - `rds`: RDS makes it up and changes it every seven days.
 * - `module`: made up once, in a secret of this region that outlives the other one. For databases that AWS itself
 *   replicates: of one whose password it keeps, RDS makes neither read replicas nor a global database.
 *
 * Source: RDS and Aurora user guides, "Limitations for Secrets Manager integration".
 */
export type OperatorPassword = "rds" | "module";

/** A database of one region: an RDS instance or an Aurora cluster. */
export interface IDatabase {
  readonly engine: DatabaseEngine;
  /** As RDS writes it, such as `18` or `8.0.mysql_aurora.3.08.0`. */
  readonly engineVersion: string;
  /** With its minor version, known once it runs. @default - `engineVersion` */
  readonly runningVersion?: string;
  /** RDS identifier of the instance, or of the cluster. */
  readonly identifier: string;
  readonly arn: string;
  /** The writer endpoint's real name: the one its certificate carries. Empty before a snapshot is restored. */
  readonly host: string;
  readonly port: number;
  /** Master user: the runbook's role. */
  readonly operatorRole: string;
  /** Secret of this region with the operator's password: JSON with `username` and `password`. */
  readonly operatorSecretArn: string;
  /** Who keeps that password. @default - not known */
  readonly operatorPassword?: OperatorPassword;
  /** Key of this region that encrypts storage, snapshots and the operator's secret. */
  readonly kmsKeyArn: string;
  readonly securityGroupId: string;
}

/** What is asked of an instance and of a cluster alike. */
export interface CommonDatabaseProps {
  /** Identifier; unique among the account's databases of the region. Changing it renames the endpoint. */
  readonly name: string;
  readonly network: INetwork;
  /** Name of the database inside the server. Changing it replaces the database: its data is lost. */
  readonly databaseName: string;
  /** Master user. Changing it replaces the database: its data is lost. @default - `runbook` */
  readonly operatorRole?: string;
  /** @default - `module` for what is made from another region's database or from a snapshot, else `rds` */
  readonly operatorPassword?: OperatorPassword;
  /**
   * MySQL only: which of the two sides this is. Side 1 gives odd ids and side 2 even ones, so that ids cannot collide
   * when both sides take writes. Changing it takes effect at the next reboot.
   *
   * @default - 1
   */
  readonly idOffset?: 1 | 2;
  /**
   * Whether AWS and Terraform both refuse to delete the database and its key.
   *
   * To destroy: set to false, deploy, then destroy. A final snapshot is taken, but it is unreadable once the key is
   * gone, 30 days later: copy it under another key before. It is called `<name>-final`, and AWS refuses to delete a
   * later database of the same name while it is there. What is made as another region's replica leaves none, as long as it
   * is described as one: AWS takes none of a replica.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /**
   * Identifier of a database that exists, and is managed here from now on: the same as `name`.
   *
   * `network` must be the one it stands in. It keeps its key, subnets, master user, minor version, storage, log groups and
   * clients' security groups, and must be encrypted. A cluster keeps its instances, managed elsewhere as before, and gets
   * the two of this module beside them. Everything else becomes as this module has it, the master user's password
   * included: read the plan. A secret that RDS keeps already must be under that key or under Secrets Manager's own. Settings
   * wait for a reboot, and whatever interrupts for the maintenance window. Leave the property in place afterwards.
   *
   * @default - a new one
   */
  readonly importId?: string;
  /**
   * Snapshot of this region that the database is made from: its identifier or ARN, as an expression that is empty as long
   * as there is none. Until then there is no database, and `host` and `arn` are empty. An instance is encrypted with the
   * key that its snapshot has, so copy it into the region under `kmsKeyArn`; it has the snapshot's engine version, as long
   * as this property is in place. A cluster is restored to `engineVersion`, which must not be older than the snapshot's:
   * of a line such as `17` RDS takes the default version. It is restored without IAM authentication.
   *
   * What destroys data: emptied again, it plans to delete the database; `deletionProtection` refuses that.
   *
   * @default - a new, empty database at once
   */
  readonly restoreFrom?: string;
}

/** Days that Performance Insights keeps for no money. */
export const INSIGHTS_DAYS = 7;
