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
  uuid,
} from "./made";

/** RDS gives every account one label per region in its endpoint names; it is the same for all of its instances. */
const endpointLabel = (made: Made) =>
  digits({ ...made, digest: `${ACCOUNT} ${made.region}` }, "rds endpoint", 12);

const address = (made: Made): string =>
  `${nameOf(made)}.c${endpointLabel(made)}.${made.region}.rds.amazonaws.com`;

/** Port by engine when none is configured. Source: docs.aws.amazon.com/AmazonRDS, CreateDBInstance, `Port`. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { mariadb: 3306, mysql: 3306, postgres: 5432 };

function port(made: Made): number {
  const { port: configured } = made.values;
  return typeof configured === "number" ? configured : (DEFAULT_PORTS[argument(made, "engine")] ?? 0);
}

const resourceId: Rule = (made) => `db-${digits(made, "resource", 26).toUpperCase()}`;
const rdsArn =
  (kind: string): Rule =>
  (made) =>
    regionalArn("rds", made, `${kind}:${nameOf(made)}`);

function masterUserSecret(made: Made) {
  if (made.values.manage_master_user_password !== true) return [];
  const name = `rds!db-${uuid(made)}`;
  return [
    {
      kms_key_id:
        argument(made, "master_user_secret_kms_key_id") ||
        regionalArn("kms", made, "alias/aws/secretsmanager"),
      secret_arn: regionalArn("secretsmanager", made, `secret:${name}-${digits(made, "suffix", 6)}`),
      secret_status: "active",
    },
  ];
}

const named = (kind: string): Rules[string] => ({ id: nameOf, name: nameOf, arn: rdsArn(kind) });

const cacheLabel = (made: Made) =>
  digits({ ...made, digest: `${ACCOUNT} ${made.region}` }, "cache endpoint", 6);

/** RDS and ElastiCache. */
export const DATABASE: Rules = {
  aws_db_instance: {
    id: resourceId,
    resource_id: resourceId,
    identifier: nameOf,
    arn: rdsArn("db"),
    address,
    port,
    endpoint: (made) => `${address(made)}:${port(made)}`,
    hosted_zone_id: (made) => `Z${endpointLabel(made).toUpperCase()}`,
    status: always("available"),
    availability_zone: (made) => `${made.region}a`,
    engine_version_actual: sameAs("engine_version"),
    ca_cert_identifier: always("rds-ca-rsa2048-g1"),
    license_model: (made) =>
      argument(made, "engine") === "postgres" ? "postgresql-license" : "general-public-license",
    master_user_secret: masterUserSecret,
    network_type: always("IPV4"),
    engine_lifecycle_support: always("open-source-rds-extended-support"),
    backup_window: always("03:00-03:30"),
    maintenance_window: always("sun:04:00-sun:04:30"),
  },
  aws_db_parameter_group: named("pg"),
  aws_db_subnet_group: { ...named("subgrp"), supported_network_types: always(["IPV4"]) },
  aws_db_snapshot: {
    id: sameAs("db_snapshot_identifier"),
    db_snapshot_arn: (made) =>
      regionalArn("rds", made, `snapshot:${argument(made, "db_snapshot_identifier")}`),
    status: always("available"),
    snapshot_type: always("manual"),
  },
  aws_db_snapshot_copy: {
    id: sameAs("target_db_snapshot_identifier"),
    db_snapshot_arn: (made) =>
      regionalArn("rds", made, `snapshot:${argument(made, "target_db_snapshot_identifier")}`),
    snapshot_type: always("manual"),
    source_region: (made) => argument(made, "source_db_snapshot_identifier").split(":")[3] ?? made.region,
  },
  aws_elasticache_replication_group: {
    id: sameAs("replication_group_id"),
    arn: (made) =>
      regionalArn("elasticache", made, `replicationgroup:${argument(made, "replication_group_id")}`),
    primary_endpoint_address: (made) =>
      `master.${argument(made, "replication_group_id")}.${cacheLabel(made)}.${made.region}.cache.amazonaws.com`,
    reader_endpoint_address: (made) =>
      `replica.${argument(made, "replication_group_id")}.${cacheLabel(made)}.${made.region}.cache.amazonaws.com`,
  },
  aws_elasticache_subnet_group: { id: nameOf },
};
