import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/data-aws-elasticache-replication-group";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { CacheEngine } from "../workload/cache";
import { CacheAccess } from "./cache-access";
import { cacheVersionFault } from "./cache-engine";
import { keyPolicy } from "./key-policy";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";

/** A cache of one region. Clients connect to it by TLS and send a password without a user name. */
export interface ICache {
  /** Id of the replication group. */
  readonly replicationGroupId: string;
  readonly arn: string;
  /** Name of the primary: it stays the same when another node becomes the primary. */
  readonly host: string;
  readonly port: number;
  readonly securityGroupId: string;
  /** Secret of this region; its whole text is the password. */
  readonly secretArn: string;
}

/** What a cache runs, how large it is, and what it begins with. */
export interface CacheProps {
  /** Id of the replication group; unique in the account and region. Changing it replaces the cache: its data is lost. */
  readonly name: string;
  readonly network: INetwork;
  readonly engine: CacheEngine;
  /** Such as `8.0` for Valkey or `7.1` for Redis. Going back to an older one replaces the cache: its data is lost. */
  readonly engineVersion: string;
  /** @default - `cache.t4g.medium` */
  readonly nodeType?: string;
  /** Read replicas beside the primary, 1 to 5, in other zones. @default - 1 */
  readonly replicas?: number;
  /**
   * Whether Terraform refuses to destroy the cache and its key. AWS knows no such guard for caches. Set it to false and
   * deploy before they are to be destroyed: a final snapshot `<name>-final` is taken, which must not be there yet, and is
   * unreadable once the key is gone.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /**
   * Id of a replication group that exists and is managed here from now on; "name" must be the same.
   *
   * It must speak TLS on port 6379, with cluster mode disabled. Its key, its encryption and its subnets stay what they
   * are, as none can change without a new cache. Its security groups and its users become those made here: clients need
   * the new password and a rule, and one with an AUTH token has to be moved to a user group beforehand
   * (`modify-replication-group --auth-token-update-strategy DELETE --user-group-ids-to-add ...`). Keep the id in the
   * code: without it the plan would be a new cache, which the guard refuses. @default - a new one
   */
  readonly importId?: string;
  /**
   * Id of the global datastore whose other region's cache this one copies. Engine, version, node type and parameters come
   * from there, and the cache takes no writes before it is promoted. Setting it replaces the cache: its data is lost.
   *
   * @default - a cache of its own
   */
  readonly globalDatastoreId?: string;
  /**
   * ARN of an exported snapshot (`.rdb` in S3, in this region) that the cache is made with; empty for none.
   *
   * It is read when the cache is made, and never again: another snapshot later must not replace a cache that runs. To
   * restore one after all, take `deletionProtection` off, deploy, and apply with `-replace` and the cache's address.
   * The bucket must let ElastiCache in (`cacheSnapshots` of `Bucket`). @default - it starts empty
   */
  readonly restoreFrom?: string;
}

/** A cache that is managed elsewhere. */
export interface ExistingCacheProps {
  /** Id of the replication group in the region of the scope. */
  readonly replicationGroupId: string;
  /** The group on the cache that rules for its clients are added to. */
  readonly securityGroupId: string;
  /** ARN, in the region of the scope, of a secret whose whole text is the password. */
  readonly secretArn: string;
}

const PORT = 6379;
const SNAPSHOT_DAYS = 7;
const LOG_RETENTION_DAYS = 30;
const MOST_REPLICAS = 5;

/** ElastiCache's own limit for replication groups. */
export const LONGEST_CACHE_NAME = 40;

/**
 * A Valkey or Redis cache with a replica in a second zone, encrypted by TLS and at rest with a key of its own, with a
 * password that nobody has seen.
 *
 * Changes are applied at once, not in the maintenance window: a new version or node type fails over while it goes on. The
 * version changes by the code alone, the parameters are the defaults of its family.
 *
 * What destroys data: changing `name`, the network or `globalDatastoreId`, or an older version, replaces the cache. With
 * `deletionProtection` such a plan is refused before anything is touched.
 *
 * Cost: nodes by the hour, one KMS key, one secret, snapshots, logs.
 */
export class Cache extends Construct implements ICache {
  readonly replicationGroupId: string;
  readonly arn: string;
  readonly host: string;
  readonly port = PORT;
  readonly securityGroupId: string;
  readonly secretArn: string;

  /** A cache that is managed elsewhere, read from AWS. It must speak TLS and have cluster mode disabled. */
  static fromExisting(scope: Construct, id: string, props: ExistingCacheProps): ICache {
    const found = new DataAwsElasticacheReplicationGroup(scope, id, {
      replicationGroupId: props.replicationGroupId,
    });
    return {
      replicationGroupId: props.replicationGroupId,
      arn: found.arn,
      host: found.primaryEndpointAddress,
      port: found.port,
      securityGroupId: props.securityGroupId,
      secretArn: props.secretArn,
    };
  }

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "cache",
      longest: LONGEST_CACHE_NAME,
      form: /^[a-z](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first a letter, last no hyphen",
    });
    this.node.addValidation({ validate: () => faults(this.node.path, props) });
    const { name, network } = props;
    const guarded = props.deletionProtection ?? true;

    const access = new CacheAccess(this, "access", { name });
    const group = new SecurityGroup(this, "group", {
      name: `${name}-cache`,
      description: `Cache ${name}: closed but for the rules of its clients`,
      vpcId: network.vpcId,
      tags: { Name: `${name}-cache` },
    });

    const cache = new ElasticacheReplicationGroup(this, "replication-group", {
      replicationGroupId: name,
      description: `Cache ${name}`,
      ...(props.globalDatastoreId === undefined
        ? this.ownEngine(props)
        : { globalReplicationGroupId: props.globalDatastoreId }),
      numCacheClusters: 1 + (props.replicas ?? 1),
      // A version that AWS has raised by itself is newer than the code's, and Terraform goes back to an older one by
      // replacing the cache.
      autoMinorVersionUpgrade: "false",
      applyImmediately: true,
      port: PORT,
      ...(props.importId === undefined ? this.ownGround(props) : {}),
      securityGroupIds: [group.id],
      userGroupIds: [access.userGroupId],
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      finalSnapshotIdentifier: `${name}-final`,
      logDeliveryConfiguration: ["slow-log", "engine-log"].map((log) => this.delivered(log, name)),
      lifecycle: { preventDestroy: guarded, ignoreChanges: keptAttributes(props) },
      dependsOn: [access.ready],
    });
    if (props.importId !== undefined) cache.importFrom(props.importId);

    this.replicationGroupId = cache.replicationGroupId;
    this.arn = cache.arn;
    this.host = cache.primaryEndpointAddress;
    this.securityGroupId = group.id;
    this.secretArn = access.secretArn;
  }

  /** What a cache that exists has already. */
  private ownGround({ name, network, deletionProtection }: CacheProps) {
    const account = new DataAwsCallerIdentity(this, "account");
    const key = new KmsKey(this, "key", {
      description: `Memory on disk and snapshots of the cache ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy(account.accountId),
      lifecycle: { preventDestroy: deletionProtection ?? true },
    });
    new KmsAlias(this, "key-alias", { name: `alias/${name}-cache`, targetKeyId: key.keyId });
    const subnets = new ElasticacheSubnetGroup(this, "subnets", {
      name,
      description: `Private subnets of ${name}`,
      subnetIds: network.privateSubnetIds,
    });
    return { kmsKeyId: key.arn, subnetGroupName: subnets.name };
  }

  /** What a member of a global datastore takes from there, and AWS refuses to be told. */
  private ownEngine({ engine, engineVersion, nodeType, restoreFrom }: CacheProps) {
    return {
      engine,
      engineVersion,
      nodeType: nodeType ?? "cache.t4g.medium",
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      atRestEncryptionEnabled: "true",
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      snapshotArns: restoreFrom === undefined ? undefined : Fn.compact([restoreFrom]),
    };
  }

  private delivered(logType: string, name: string) {
    const group = new CloudwatchLogGroup(this, logType, {
      name: `/aws/elasticache/${name}/${logType}`,
      retentionInDays: LOG_RETENTION_DAYS,
    });
    return { logType, logFormat: "json", destinationType: "cloudwatch-logs", destination: group.name };
  }
}

/** What never replaces a cache that runs, whatever the code says. */
function keptAttributes({ importId, globalDatastoreId }: CacheProps): string[] {
  const adopted = ["at_rest_encryption_enabled", "kms_key_id", "subnet_group_name"];
  // Set for all members at once, and refused from one of them.
  const joined = ["automatic_failover_enabled", "multi_az_enabled"];
  return [
    "snapshot_arns",
    ...(importId === undefined ? [] : adopted),
    ...(globalDatastoreId === undefined ? [] : joined),
  ];
}

/** What ElastiCache would refuse only in the middle of an apply. */
function faults(path: string, props: CacheProps): string[] {
  const { engine, engineVersion, replicas, restoreFrom, globalDatastoreId } = props;
  const version = Token.isUnresolved(engineVersion) ? undefined : cacheVersionFault(engine, engineVersion);
  const counted =
    replicas === undefined ||
    Token.isUnresolved(replicas) ||
    (Number.isInteger(replicas) && replicas >= 1 && replicas <= MOST_REPLICAS);
  return [
    version && `${path}: engineVersion: ${version}. Fix: change "engineVersion".`,
    !counted &&
      `${path}: replicas: found ${replicas}, expected a whole number from 1 to ${MOST_REPLICAS}: without one there is ` +
        `no failover. Fix: change "replicas".`,
    restoreFrom !== undefined &&
      globalDatastoreId !== undefined &&
      `${path}: found both "restoreFrom" and "globalDatastoreId", expected one of them: what joins a global datastore ` +
        `loses what it held. Fix: leave one out.`,
  ].filter((fault) => typeof fault === "string");
}
