import { type ObjectValue, textOf, type Value } from "../value";
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

/** RDS gives every account one label per region in its endpoint names; it is the same for all that it runs there. */
export const endpointLabel = (made: Made): string =>
  digits({ ...made, digest: `${ACCOUNT} ${made.region}` }, "rds endpoint", 12);

/** Host name of an instance. */
export const address = (made: Made): string =>
  `${nameOf(made)}.c${endpointLabel(made)}.${made.region}.rds.amazonaws.com`;

/** The instance that a replica is made from: by ARN or, in its own region, by identifier. */
const primaryOf = (made: Made): ObjectValue | undefined => {
  const primary = argument(made, "replicate_source_db");
  return made.cloud
    .find("aws_db_instance")
    .find(
      ({ arn, identifier, region }) => arn === primary || (identifier === primary && region === made.region),
    );
};

/** What a replica, which may not say so itself, has of its primary. */
const ofPrimary =
  (name: string): Rule =>
  (made) =>
    primaryOf(made)?.[name] ?? null;

const engine = (made: Made) => argument(made, "engine") || (textOf(primaryOf(made), "engine") ?? "");

/** Port by engine when none is configured. Source: docs.aws.amazon.com/AmazonRDS, CreateDBInstance, `Port`. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "aurora-mysql": 3306,
  "aurora-postgresql": 5432,
  mariadb: 3306,
  mysql: 3306,
  postgres: 5432,
};

/** The configured port, or the engine's own. */
export function portOf(made: Made, engineName: string): number {
  const { port: configured } = made.values;
  return typeof configured === "number" ? configured : (DEFAULT_PORTS[engineName] ?? 0);
}
const port = (made: Made) => portOf(made, engine(made));

const resourceId: Rule = (made) => `db-${digits(made, "resource", 26).toUpperCase()}`;
const rdsArn =
  (kind: string): Rule =>
  (made) =>
    regionalArn("rds", made, `${kind}:${nameOf(made)}`);

/** The secret that RDS keeps for the operator when it manages the password; `kind` stands in the secret's name. */
export function masterUserSecret(made: Made, kind: "db" | "cluster"): Value {
  if (made.values.manage_master_user_password !== true) return [];
  const name = `rds!${kind}-${uuid(made)}`;
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

/** Rules of what is known by its name alone. */
export const named = (kind: string): Rules[string] => ({ id: nameOf, name: nameOf, arn: rdsArn(kind) });

/** RDS instances. */
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
    allocated_storage: ofPrimary("allocated_storage"),
    db_name: ofPrimary("db_name"),
    engine,
    engine_version: ofPrimary("engine_version"),
    engine_version_actual: (made) => argument(made, "engine_version") || ofPrimary("engine_version")(made),
    username: ofPrimary("username"),
    ca_cert_identifier: always("rds-ca-rsa2048-g1"),
    license_model: (made) => (engine(made) === "postgres" ? "postgresql-license" : "general-public-license"),
    master_user_secret: (made) => masterUserSecret(made, "db"),
    network_type: always("IPV4"),
    engine_lifecycle_support: always("open-source-rds-extended-support"),
    backup_window: always("03:00-03:30"),
    maintenance_window: always("sun:04:00-sun:04:30"),
  },
  aws_db_event_subscription: named("es"),
  aws_db_option_group: named("og"),
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
};
