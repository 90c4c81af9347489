import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import { ENGINES, followsMinorVersions } from "./database-engine";
import { known, oneOriginOf, originFault, refuseFaults } from "./database-faults";
import { databaseGround } from "./database-ground";
import { databaseKeeping } from "./database-keeping";
import { parameterGroup } from "./database-parameters";
import {
  type CommonDatabaseProps,
  type IDatabase,
  INSIGHTS_DAYS,
  type OperatorPassword,
} from "./database-props";
import { existingDatabase, type FoundInstance, foundInstance, versionToAskFor } from "./found-database";
import { operatorPasswordIn, operatorSecret, PASSWORD_VERSION } from "./operator-secret";
import { attributeOf, onceRestored } from "./restored";

export type { IDatabase } from "./database-props";

export interface DatabaseProps extends CommonDatabaseProps {
  /** Changing it replaces the instance: its data is lost. @default "postgres" */
  readonly engine?: "postgres" | "mysql";
  /** Such as `18` or `8.4`: minor versions come by themselves. With one of its own, such as `17.4`, they do not. */
  readonly engineVersion: string;
  /** @default - `db.m7g.large` */
  readonly instanceClass?: string;
  /**
   * Storage in GiB, 20 to 65536; grows by itself to five times as much, and never shrinks. What is made from another
   * region's or from a snapshot begins with the size of that, which must not be above those five times.
   *
   * @default - 100; what is adopted keeps its size, and how far it grows
   */
  readonly storageGib?: number;
  /** A standby in a second zone. @default - true */
  readonly multiAz?: boolean;
  /**
   * Database of another region that this one is a read replica of, for the strategies `physical` and `seeded`: same engine
   * and version (PostgreSQL 14.1 or newer: RDS backs up no older replica), and its operator's password kept by the module. Its role, password and everything in it come along; the
   * password into a secret of this region.
   *
   * It is promoted outside of Terraform, with 14 days of backups (left to itself, RDS sets one): afterwards nothing differs,
   * whether the property stays or goes. Left out before that, RDS would promote it at once: Terraform is told to ignore it.
   *
   * @default - an instance of its own
   */
  readonly replicaOf?: IDatabase;
}

/** A database instance that is managed elsewhere. */
export interface ExistingDatabaseProps {
  /** Instance identifier in the region of the scope. */
  readonly identifier: string;
  /** The group on the instance that rules for its clients are added to. */
  readonly securityGroupId: string;
  /** @default "postgres" */
  readonly engine?: "postgres" | "mysql";
  /**
   * Secret of the same region with the master user's `username` and `password` as JSON. Needed with the strategies
   * `physical` and `seeded`: RDS makes no replica of an instance whose password it keeps.
   *
   * @default - the one that RDS keeps
   */
  readonly operatorSecretArn?: string;
}

const USUAL_STORAGE_GIB = 100;
const STORAGE_GROWTH = 5;
/** Limits of gp3. Source: RDS user guide, "Amazon RDS DB instance storage". */
const SMALLEST_STORAGE_GIB = 20;
const LARGEST_STORAGE_GIB = 65536;

/**
 * What an instance takes over from where it comes from, a primary or a snapshot. The configuration need not say the same:
 * it knows neither the other's names nor whether the runbook has promoted the replica meanwhile.
 */
const INHERITED = ["db_name", "replicate_source_db", "snapshot_identifier", "username"];
/** The provider restores under the snapshot's own key. */
const RESTORED = "kms_key_id";
/** Written when the instance is made or adopted; a replica that is promoted later brings its own. */
const PASSWORD = "password_wo_version";

/**
 * A PostgreSQL or MySQL instance, set up from its first start for replication in both directions.
 *
 * What its strategy means for the hold and the data:
 * - `logical`: an instance of its own; under a second; rows, sequences and checks are the runbook's.
 * - `physical`: `replicaOf`; minutes, because promotion reboots; everything that was committed comes along.
 * - `seeded`: `replicaOf`, promoted early; under a second; everything at the seed, rows after.
 * - `snapshot`: `restoreFrom`; about an hour without writes, or the loss of those after the snapshot.
 *
 * What destroys data: changing `databaseName`, `operatorRole`, `engine` or the network replaces the instance. With
 * `deletionProtection` such a plan is refused by Terraform before anything is touched (`prevent_destroy`), and by AWS
 * whatever tool asks. Both are there because each sees what the other does not: Terraform's guard goes away together
 * with the code of the construct, and AWS's is noticed only in the middle of an apply.
 *
 * The operator's password is never known to Terraform.
 *
 * Cost: the instance (double with `multiAz`), storage, one KMS key, one secret, logs; with `replicaOf` the traffic from the
 * other region.
 */
export class Database extends Construct implements IDatabase {
  readonly engine: DatabaseEngine;
  readonly engineVersion: string;
  readonly identifier: string;
  readonly arn: string;
  readonly host: string;
  readonly port: number;
  readonly operatorRole: string;
  readonly operatorSecretArn: string;
  readonly operatorPassword: OperatorPassword;
  readonly kmsKeyArn: string;
  readonly securityGroupId: string;

  /**
   * An instance that is managed elsewhere, read from AWS.
   *
   * It must listen on its engine's own port, have the settings of `parameterGroup` in its parameter group, and a
   * secret with the master user's password: either the one that RDS keeps under the instance's own key (`aws rds
   * modify-db-instance --manage-master-user-password --master-user-secret-kms-key-id`), or `operatorSecretArn`.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingDatabaseProps): IDatabase {
    return existingDatabase(props.engine ?? "postgres", foundInstance(scope, id, props.identifier), props);
  }

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const engine = props.engine ?? "postgres";
    const { replicaOf, restoreFrom, engineVersion } = props;
    refuseFaults(this, engine, props, {
      storageGib: known(props.storageGib, storageFault),
      replicaOf: originFault({ engine, engineVersion }, replicaOf),
      restoreFrom: oneOriginOf({ replicaOf, restoreFrom, importId: props.importId }),
    });
    const found = props.importId === undefined ? undefined : foundInstance(this, "existing", props.importId);
    const ground = databaseGround(this, engine, props, found);
    this.engine = engine;
    this.engineVersion = engineVersion;
    this.identifier = props.name;
    this.port = ENGINES[engine].port;
    this.kmsKeyArn = ground.kmsKeyArn;
    this.securityGroupId = ground.securityGroupId;
    this.operatorRole = replicaOf?.operatorRole ?? found?.username ?? props.operatorRole ?? "runbook";
    const secret = operatorSecret(this, props, {
      role: this.operatorRole,
      kmsKeyArn: ground.kmsKeyArn,
      origin: replicaOf,
    });

    const parameters = new DbParameterGroup(this, "parameters", parameterGroup(engine, props));
    const operator = secret
      ? { username: this.operatorRole, passwordWoVersion: PASSWORD_VERSION }
      : {
          username: this.operatorRole,
          manageMasterUserPassword: true,
          // RDS changes the key of no secret that is there.
          masterUserSecretKmsKeyId: found ? undefined : ground.kmsKeyArn,
        };
    const instance = new DbInstance(this, "instance", {
      count: onceRestored(restoreFrom),
      ...databaseKeeping(engine, props, ground, { follows: replicaOf !== undefined }),
      identifier: props.name,
      engine,
      // The snapshot's stays: asked for a line such as 17, RDS takes the default one of it, which may be older.
      engineVersion: restoreFrom === undefined ? versionToAskFor(engine, engineVersion, found) : undefined,
      autoMinorVersionUpgrade: followsMinorVersions(engine, engineVersion),
      instanceClass: props.instanceClass ?? ENGINES[engine].defaultClass,
      multiAz: props.multiAz ?? true,
      // RDS refuses names and a password for a replica.
      ...(replicaOf
        ? { replicateSourceDb: replicaOf.arn }
        : { dbName: found?.databaseName ?? props.databaseName, ...operator }),
      snapshotIdentifier: restoreFrom,
      parameterGroupName: parameters.name,
      publiclyAccessible: false,
      storageType: "gp3",
      ...storage(props, found),
      performanceInsightsEnabled: true,
      // RDS changes the key of no insights that are there.
      performanceInsightsKmsKeyId: found ? undefined : ground.kmsKeyArn,
      performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
      lifecycle: {
        preventDestroy: props.deletionProtection ?? true,
        ignoreChanges: [
          ...(secret || restoreFrom !== undefined ? INHERITED : []),
          ...(secret && !found ? [PASSWORD] : []),
          ...(restoreFrom === undefined ? [] : [RESTORED]),
        ],
      },
    });
    if (props.importId !== undefined) instance.importFrom(props.importId);
    if (secret && !replicaOf) instance.addOverride("password_wo", operatorPasswordIn(instance, secret));

    this.arn = attributeOf(instance, "arn");
    this.host = attributeOf(instance, "address");
    this.operatorPassword = secret ? "module" : "rds";
    this.operatorSecretArn = secret?.arn ?? attributeOf(instance, "master_user_secret[0].secret_arn");
  }
}

/** What of the storage is asked for: only an instance that is made new has no size yet. */
function storage(props: DatabaseProps, found: FoundInstance | undefined) {
  if (found && props.storageGib === undefined) return { maxAllocatedStorage: found.maxAllocatedStorage };
  const allocatedStorage = props.storageGib ?? USUAL_STORAGE_GIB;
  const maxAllocatedStorage = Math.min(allocatedStorage * STORAGE_GROWTH, LARGEST_STORAGE_GIB);
  const made = props.replicaOf !== undefined || props.restoreFrom !== undefined;
  return made ? { maxAllocatedStorage } : { allocatedStorage, maxAllocatedStorage };
}

function storageFault(gib: number): string | undefined {
  const fits = Number.isInteger(gib) && gib >= SMALLEST_STORAGE_GIB && gib <= LARGEST_STORAGE_GIB;
  return fits
    ? undefined
    : `found ${gib}, expected a whole number from ${SMALLEST_STORAGE_GIB} to ${LARGEST_STORAGE_GIB}`;
}
