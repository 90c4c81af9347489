import { type ObjectValue, textOf, type Value } from "../value";
import { endpointLabel, masterUserSecret, named, portOf } from "./database";
import {
  ACCOUNT,
  always,
  argument,
  digits,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
} from "./made";

const identifier = (made: Made) => argument(made, "cluster_identifier") || nameOf(made);
const resourceId = (made: Made) => `cluster-${digits(made, "resource", 26).toUpperCase()}`;
const clusterArn: Rule = (made) => regionalArn("rds", made, `cluster:${identifier(made)}`);
const clusterHost =
  (kind: string): Rule =>
  (made) =>
    `${identifier(made)}.${kind}-c${endpointLabel(made)}.${made.region}.rds.amazonaws.com`;

/** What the global database says that a cluster joins: its secondaries may not say so themselves. */
const ofGlobal =
  (name: string): Rule =>
  (made) => {
    const id = argument(made, "global_cluster_identifier");
    const found = made.cloud.find("aws_rds_global_cluster").find((one) => one.id === id && id !== "");
    return found?.[name] ?? null;
  };

/** The cluster that an instance belongs to. */
const clusterOf = (made: Made): ObjectValue | undefined =>
  made.cloud
    .find("aws_rds_cluster")
    .find((one) => one.cluster_identifier === made.values.cluster_identifier && one.region === made.region);

const ofCluster =
  (name: string): Rule =>
  (made) =>
    clusterOf(made)?.[name] ?? null;

const instanceHost: Rule = (made) =>
  `${nameOf(made)}.c${endpointLabel(made)}.${made.region}.rds.amazonaws.com`;

/** The first instance of a cluster writes. */
const writes: Rule = (made) =>
  !made.cloud
    .find("aws_rds_cluster_instance")
    .some((one) => one.cluster_identifier === made.values.cluster_identifier && one.region === made.region);

/** The cluster that a global database is made from. */
const sourceOf = (made: Made): ObjectValue | undefined =>
  made.cloud
    .find("aws_rds_cluster")
    .find(({ arn }) => arn === made.values.source_db_cluster_identifier && arn !== undefined);

const ofSource =
  (name: string): Rule =>
  (made) =>
    sourceOf(made)?.[name] ?? null;

function globalMembers(made: Made): Value {
  const source = sourceOf(made);
  return source ? [{ db_cluster_arn: textOf(source, "arn") ?? "", is_writer: true, readers: [] }] : [];
}

const globalId = (made: Made) => argument(made, "global_cluster_identifier");
const snapshotArn =
  (name: string): Rule =>
  (made) =>
    regionalArn("rds", made, `cluster-snapshot:${argument(made, name)}`);

/** Aurora: clusters, their instances and snapshots, global databases. */
export const DATABASE_CLUSTER: Rules = {
  aws_rds_cluster: {
    id: identifier,
    cluster_identifier: identifier,
    arn: clusterArn,
    cluster_resource_id: resourceId,
    endpoint: clusterHost("cluster"),
    reader_endpoint: clusterHost("cluster-ro"),
    hosted_zone_id: (made) => `Z${endpointLabel(made).toUpperCase()}`,
    port: (made) => portOf(made, argument(made, "engine")),
    availability_zones: ({ region }) => ["a", "b", "c"].map((letter) => `${region}${letter}`),
    backup_retention_period: always(1),
    ca_certificate_identifier: always("rds-ca-rsa2048-g1"),
    database_name: ofGlobal("database_name"),
    engine_lifecycle_support: always("open-source-rds-extended-support"),
    engine_version: ofGlobal("engine_version"),
    engine_version_actual: (made) => argument(made, "engine_version") || ofGlobal("engine_version")(made),
    master_user_secret: (made) => masterUserSecret(made, "cluster"),
    network_type: always("IPV4"),
    preferred_backup_window: always("03:00-03:30"),
    preferred_maintenance_window: always("sun:04:00-sun:04:30"),
  },
  aws_rds_cluster_instance: {
    id: nameOf,
    identifier: nameOf,
    arn: (made) => regionalArn("rds", made, `db:${nameOf(made)}`),
    dbi_resource_id: (made) => `db-${digits(made, "resource", 26).toUpperCase()}`,
    endpoint: instanceHost,
    engine_version: ofCluster("engine_version"),
    engine_version_actual: ofCluster("engine_version_actual"),
    port: ofCluster("port"),
    db_subnet_group_name: ofCluster("db_subnet_group_name"),
    kms_key_id: ofCluster("kms_key_id"),
    storage_encrypted: ofCluster("storage_encrypted"),
    availability_zone: (made) => `${made.region}a`,
    ca_cert_identifier: always("rds-ca-rsa2048-g1"),
    network_type: always("IPV4"),
    writer: writes,
  },
  aws_rds_cluster_parameter_group: named("cluster-pg"),
  aws_rds_global_cluster: {
    id: globalId,
    arn: (made) => `arn:aws:rds::${ACCOUNT}:global-cluster:${globalId(made)}`,
    endpoint: (made) => `${globalId(made)}.global-${digits(made, "endpoint", 12)}.global.rds.amazonaws.com`,
    global_cluster_resource_id: resourceId,
    database_name: ofSource("database_name"),
    engine: ofSource("engine"),
    engine_version: ofSource("engine_version"),
    engine_version_actual: ofSource("engine_version_actual"),
    storage_encrypted: ofSource("storage_encrypted"),
    engine_lifecycle_support: always("open-source-rds-extended-support"),
    global_cluster_members: globalMembers,
  },
  aws_db_cluster_snapshot: {
    id: sameAs("db_cluster_snapshot_identifier"),
    db_cluster_snapshot_arn: snapshotArn("db_cluster_snapshot_identifier"),
    status: always("available"),
    snapshot_type: always("manual"),
  },
  aws_rds_cluster_snapshot_copy: {
    id: sameAs("target_db_cluster_snapshot_identifier"),
    db_cluster_snapshot_arn: snapshotArn("target_db_cluster_snapshot_identifier"),
    snapshot_type: always("manual"),
  },
};
