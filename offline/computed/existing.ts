import { Refusal } from "../protocol/refusal";
import { digestOf, type ObjectValue, textOf } from "../value";
import { address } from "./database";
import { lookUp } from "./look-up";
import {
  ACCOUNT,
  always,
  argument,
  digits,
  ec2Id,
  idOr,
  type Made,
  regionalArn,
  type Rule,
  type Rules,
  tail,
  uuid,
} from "./made";
import { LISTS } from "./mirrors";

const madeUpIds = (made: Made, prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${digits(made, `${prefix} ${i}`, 17)}`);

/** Ids of what the cloud holds and the arguments mean, or as many made-up ones as a network of three zones has. */
const listOf =
  (type: string, prefix: string, count: number): Rule =>
  (made) => {
    const list = LISTS[type];
    const found = list ? lookUp(made, list).flatMap((one) => textOf(one, "id") ?? []) : [];
    return found.length > 0 ? found.sort() : madeUpIds(made, prefix, count);
  };

/** A route table is found by its id, or by a subnet that is associated with it. */
function routeTable(made: Made): ObjectValue | undefined {
  const subnet = argument(made, "subnet_id");
  const association = made.cloud
    .find("aws_route_table_association")
    .find((one) => one.subnet_id === subnet && subnet !== "");
  const id = argument(made, "route_table_id") || textOf(association, "route_table_id");
  return made.cloud.find("aws_route_table").find((one) => one.id === id);
}

const routeTableId: Rule = (made) =>
  textOf(routeTable(made), "id") || argument(made, "route_table_id") || ec2Id("rtb")(made);

/** Private addresses that no example of ours uses, by the network's digest. */
const block = (made: Made) => `172.${16 + (parseInt(made.digest.slice(0, 4), 16) % 16)}`;

const operatorSecret: Rule = (made) => [
  {
    kms_key_id: regionalArn("kms", made, "alias/aws/secretsmanager"),
    secret_arn: regionalArn("secretsmanager", made, `secret:rds!${uuid(made)}-${digits(made, "suffix", 6)}`),
    secret_status: "active",
  },
];

/** A database that was there before: PostgreSQL, encrypted, with a password that RDS keeps. */
const postgres = (engine: string): Rules[string] => ({
  engine: always(engine),
  engine_version: always("17.4"),
  port: always(5432),
  db_instance_port: always(5432),
  master_username: always("postgres"),
  master_user_secret: operatorSecret,
  storage_encrypted: always(true),
  kms_key_id: (made) => regionalArn("kms", made, `key/${uuid(made)}`),
  backup_retention_period: always(7),
});

/** An alias stands for some key; anything else names the key itself. */
function keyId(made: Made): string {
  const asked = argument(made, "key_id");
  return asked.includes("alias/") ? uuid({ ...made, digest: digestOf(made.region, asked) }) : tail(asked);
}

/** AWS's own parameters exist everywhere; of others only those that were put. */
const parameter: Rule = (made) => {
  const name = argument(made, "name");
  if (name.startsWith("/aws/")) return `offline-${made.digest.slice(0, 17)}`;
  throw new Refusal(
    `reading SSM Parameter (${name})`,
    `ParameterNotFound: none of this name was put in ${made.region}`,
  );
};
const heldParameter: Rule = (made) => {
  const held = made.cloud
    .find("aws_ssm_parameter")
    .find(({ name, region }) => name === made.values.name && region === made.region);
  return textOf(held, "value") ?? textOf(held, "insecure_value") ?? parameter(made);
};

/** What data sources say of things that were there before, beside what rules of the managed type say of them. */
export const EXISTING: Rules = {
  aws_acm_certificate: { status: always("ISSUED") },
  aws_db_instance: {
    ...postgres("postgres"),
    endpoint: (made) =>
      `${address({ ...made, values: { name: argument(made, "db_instance_identifier") } })}:5432`,
  },
  aws_ecs_service: { desired_count: always(2), status: always("ACTIVE") },
  aws_elasticache_replication_group: { port: always(6379) },
  aws_kms_key: {
    id: keyId,
    arn: (made) => regionalArn("kms", made, `key/${keyId(made)}`),
    aws_account_id: always(ACCOUNT),
    enabled: always(true),
    key_state: always("Enabled"),
    key_usage: always("ENCRYPT_DECRYPT"),
  },
  aws_lb: {
    security_groups: (made) => madeUpIds(made, "sg", 1),
    subnets: (made) => madeUpIds(made, "subnet", 3),
    vpc_id: (made) => madeUpIds(made, "vpc", 1)[0] ?? "",
  },
  aws_lb_listener: {
    port: always(443),
    protocol: always("HTTPS"),
    default_action: (made) => [
      {
        type: "forward",
        order: 1,
        target_group_arn: regionalArn(
          "elasticloadbalancing",
          made,
          `targetgroup/existing/${made.digest.slice(0, 16)}`,
        ),
      },
    ],
  },
  aws_nat_gateways: { ids: listOf("aws_nat_gateways", "nat", 1) },
  aws_rds_cluster: postgres("aurora-postgresql"),
  aws_route_table: { id: routeTableId, route_table_id: routeTableId },
  aws_route_tables: { ids: listOf("aws_route_tables", "rtb", 3) },
  aws_secretsmanager_secret: {
    name: (made) => tail(argument(made, "arn")).replace(/-\w{6}$/, ""),
  },
  aws_security_groups: { ids: listOf("aws_security_groups", "sg", 1) },
  aws_ssm_parameter: {
    value: heldParameter,
    insecure_value: heldParameter,
    type: always("String"),
    version: always(1),
  },
  aws_subnet: {
    availability_zone: ({ region }) => `${region}a`,
    availability_zone_id: always(null),
    cidr_block: (made) => `${block(made)}.0.0/20`,
    vpc_id: (made) => madeUpIds(made, "vpc", 1)[0] ?? "",
  },
  aws_subnets: { ids: listOf("aws_subnets", "subnet", 3) },
  aws_vpc: {
    id: idOr(ec2Id("vpc")),
    cidr_block: (made) => `${block(made)}.0.0/16`,
    enable_dns_hostnames: always(true),
    enable_dns_support: always(true),
    instance_tenancy: always("default"),
    state: always("available"),
  },
};
