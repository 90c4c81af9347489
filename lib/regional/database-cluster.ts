import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { DatabaseEngine } from "../workload/database";
import { regionOfArn } from "./arn-region";
import { ENGINES, followsMinorVersions } from "./database-engine";
import { oneOriginOf, originFault, refuseFaults } from "./database-faults";
import { databaseGround } from "./database-ground";
import { databaseKeeping } from "./database-keeping";
import { parameterGroup } from "./database-parameters";
import {
  type CommonDatabaseProps,
  type IDatabase,
  INSIGHTS_DAYS,
  type OperatorPassword,
} from "./database-props";
import { existingDatabase, foundCluster, versionToAskFor } from "./found-database";
import { operatorPasswordIn, operatorSecret, PASSWORD_VERSION } from "./operator-secret";
import { attributeOf, onceRestored } from "./restored";

/** What Aurora runs. */
export type AuroraEngine = "aurora-postgresql" | "aurora-mysql";

export interface DatabaseClusterProps extends CommonDatabaseProps {
  /** Changing it replaces the cluster: its data is lost. */
  readonly engine: AuroraEngine;
  /** Such as `17` or `16.6`, or `8.0.mysql_aurora.3.08.0`. As a member of a global database it is upgraded by that. */
  readonly engineVersion: string;
  /** Class of writer and reader. A global database takes no burstable one. @default - `db.r7g.large` */
  readonly instanceClass?: string;
  /**
   * Id of the global database that the cluster joins as a secondary; together with `secondaryOf`.
   *
   * @default - a cluster of its own, which a `GlobalCluster` can be made from
   */
  readonly globalClusterId?: string;
  /**
   * The primary of another region whose secondary this is, for the strategy `aurora-global`: same engine and version, and
   * its operator's password kept by the module. Role, password and everything in it come along. The runbook switches over
   * outside of Terraform: afterwards nothing differs, whether the property stays or goes.
   *
   * @default - a cluster of its own
   */
  readonly secondaryOf?: IDatabase;
}

/** An Aurora cluster that is managed elsewhere. */
export interface ExistingDatabaseClusterProps {
  /** Cluster identifier in the region of the scope. */
  readonly identifier: string;
  /** The group on the cluster that rules for its clients are added to. */
  readonly securityGroupId: string;
  /** @default "aurora-postgresql" */
  readonly engine?: AuroraEngine;
  /**
   * Secret of the same region with the master user's `username` and `password` as JSON. Needed with the strategy
   * `aurora-global`: RDS keeps no password of a member of a global database.
   *
   * @default - the one that RDS keeps
   */
  readonly operatorSecretArn?: string;
}

/** One writer, one reader; Aurora decides at any time which is which. */
const INSTANCES = [1, 2];

/** A switchover changes who replicates from whom, and a global database upgrades its members itself. */
const MEMBERSHIP = ["global_cluster_identifier", "replication_source_identifier"];
/** What a secondary, or a cluster made from a snapshot, takes over from where it comes from. */
const INHERITED = [
  "database_name",
  "engine_version",
  "master_username",
  "snapshot_identifier",
  "source_region",
];
/** Written when the cluster is made or adopted; a secondary brings its own. */
const PASSWORD = "master_password_wo_version";
/** The provider does not switch it on while it restores, and a later switch would wait for the maintenance window. */
const NOT_RESTORED = "iam_database_authentication_enabled";

/**
 * An Aurora PostgreSQL or MySQL cluster with a writer and a reader in different zones, set up from its first start for
 * replication in both directions, should it ever leave Aurora's own.
 *
 * What its strategy means for the hold and the data:
 * - `aurora-global`: secondary of a global database; about a minute, in which Aurora waits for the secondary and changes
 *   roles; nothing is lost. The way back is the same switchover.
 * - `snapshot`: `restoreFrom`; about an hour without writes, or the loss of those after the snapshot.
 *
 * What destroys data: changing `databaseName`, `operatorRole`, `engine` or the network replaces the cluster; guarded as
 * `Database` is. The two instances hold no data.
 *
 * Cost: two instances, storage and requests, one KMS key, one secret, logs; as a member of a global database the
 * replicated writes and the traffic between the regions.
 */
export class DatabaseCluster extends Construct implements IDatabase {
  readonly engine: DatabaseEngine;
  readonly engineVersion: string;
  readonly runningVersion: string;
  readonly identifier: string;
  /** Whoever uses it waits until there is an instance: a global database is made from no cluster without one. */
  readonly arn: string;
  readonly host: string;
  readonly port: number;
  readonly operatorRole: string;
  readonly operatorSecretArn: string;
  readonly operatorPassword: OperatorPassword;
  readonly kmsKeyArn: string;
  readonly securityGroupId: string;

  /**
   * A cluster that is managed elsewhere, read from AWS.
   *
   * It must listen on its engine's own port, and have a secret with the master user's password: either the one that RDS
   * keeps under the cluster's own key, or `operatorSecretArn`.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingDatabaseClusterProps): IDatabase {
    const found = foundCluster(scope, id, props.identifier);
    return existingDatabase(props.engine ?? "aurora-postgresql", found, props);
  }

  constructor(scope: Construct, id: string, props: DatabaseClusterProps) {
    super(scope, id);
    const { engine, engineVersion, secondaryOf, restoreFrom } = props;
    refuseFaults(this, engine, props, {
      secondaryOf: originFault(props, secondaryOf),
      restoreFrom: oneOriginOf({ secondaryOf, restoreFrom, importId: props.importId }),
      globalClusterId: membershipFault(props),
    });
    const found = props.importId === undefined ? undefined : foundCluster(this, "existing", props.importId);
    const ground = databaseGround(this, engine, props, found);
    this.engine = engine;
    this.engineVersion = engineVersion;
    this.identifier = props.name;
    this.port = ENGINES[engine].port;
    this.kmsKeyArn = ground.kmsKeyArn;
    this.securityGroupId = ground.securityGroupId;
    this.operatorRole = secondaryOf?.operatorRole ?? found?.username ?? props.operatorRole ?? "runbook";
    const secret = operatorSecret(this, props, {
      role: this.operatorRole,
      kmsKeyArn: ground.kmsKeyArn,
      origin: secondaryOf,
    });

    const parameters = new RdsClusterParameterGroup(this, "parameters", parameterGroup(engine, props));
    const operator = secret
      ? { masterUsername: this.operatorRole, masterPasswordWoVersion: PASSWORD_VERSION }
      : {
          masterUsername: this.operatorRole,
          manageMasterUserPassword: true,
          // RDS changes the key of no secret that is there.
          masterUserSecretKmsKeyId: found ? undefined : ground.kmsKeyArn,
        };
    const count = onceRestored(restoreFrom);
    const cluster = new RdsCluster(this, "cluster", {
      count,
      ...databaseKeeping(engine, props, ground, { follows: secondaryOf !== undefined }),
      clusterIdentifier: props.name,
      engine,
      // A member of a global database must have the very version of the primary, or RDS refuses it.
      engineVersion: secondaryOf
        ? (secondaryOf.runningVersion ?? secondaryOf.engineVersion)
        : versionToAskFor(engine, engineVersion, found),
      // RDS refuses names and a password for a secondary; it is encrypted, so RDS must be told whose rows it reads.
      ...(secondaryOf
        ? {
            globalClusterIdentifier: props.globalClusterId,
            sourceRegion: regionOfArn(secondaryOf.arn),
          }
        : operator),
      // The snapshot and the primary have it already.
      databaseName:
        secondaryOf || restoreFrom !== undefined ? undefined : (found?.databaseName ?? props.databaseName),
      snapshotIdentifier: restoreFrom,
      dbClusterParameterGroupName: parameters.name,
      lifecycle: {
        preventDestroy: props.deletionProtection ?? true,
        ignoreChanges: [
          ...MEMBERSHIP,
          ...(secret || restoreFrom !== undefined ? INHERITED : []),
          ...(secret && !found ? [PASSWORD] : []),
          ...(restoreFrom === undefined ? [] : [NOT_RESTORED]),
        ],
      },
    });
    if (props.importId !== undefined) cluster.importFrom(props.importId);
    if (secret && !secondaryOf)
      cluster.addOverride("master_password_wo", operatorPasswordIn(cluster, secret));

    const [instance] = INSTANCES.map(
      (number) =>
        new RdsClusterInstance(this, `instance-${number}`, {
          count,
          identifier: `${props.name}-${number}`,
          clusterIdentifier: attributeOf(cluster, "id"),
          engine,
          instanceClass: props.instanceClass ?? ENGINES[engine].defaultClass,
          autoMinorVersionUpgrade: followsMinorVersions(engine, engineVersion),
          dbSubnetGroupName: ground.subnetGroupName,
          publiclyAccessible: false,
          copyTagsToSnapshot: true,
          performanceInsightsEnabled: true,
          performanceInsightsKmsKeyId: ground.kmsKeyArn,
          performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
        }),
    );
    this.arn = Fn.replace(
      attributeOf(cluster, "arn"),
      attributeOf(cluster, "id"),
      attributeOf(instance!, "cluster_identifier"),
    );
    this.runningVersion = attributeOf(cluster, "engine_version_actual");
    this.host = attributeOf(cluster, "endpoint");
    this.operatorPassword = secret ? "module" : "rds";
    this.operatorSecretArn = secret?.arn ?? attributeOf(cluster, "master_user_secret[0].secret_arn");
  }
}

function membershipFault({ globalClusterId, secondaryOf }: DatabaseClusterProps): string | undefined {
  if ((globalClusterId === undefined) === (secondaryOf === undefined)) return undefined;
  return `found one of "globalClusterId" and "secondaryOf", expected both or none`;
}
