import { digestOf, type ObjectValue } from "../value";
import { ACCOUNT, argument, digits, type Made, regionalArn, type Rule, type Rules, sameAs } from "./made";

const label = (made: Made) => digits({ ...made, digest: `${ACCOUNT} ${made.region}` }, "cache endpoint", 6);
const groupId = (made: Made) => argument(made, "replication_group_id");

const host =
  (role: string): Rule =>
  (made) =>
    `${role}.${groupId(made)}.${label(made)}.${made.region}.cache.amazonaws.com`;

/** One that ElastiCache knows by its id. */
const known = (name: string, kind: string): Rules[string] => ({
  id: sameAs(name),
  arn: (made) => regionalArn("elasticache", made, `${kind}:${argument(made, name)}`),
});

function members(made: Made): string[] {
  const { num_cache_clusters: nodes } = made.values;
  const count = typeof nodes === "number" ? nodes : 1;
  return Array.from({ length: count }, (_, i) => `${groupId(made)}-${String(i + 1).padStart(3, "0")}`);
}

/** The group that a global datastore is made from, or, for a secondary of one, its primary. */
function primaryOf(made: Made): ObjectValue | undefined {
  const joined = made.cloud
    .find("aws_elasticache_global_replication_group")
    .find((one) => one.global_replication_group_id === made.values.global_replication_group_id);
  const id = made.values.primary_replication_group_id ?? joined?.primary_replication_group_id;
  return made.cloud.find("aws_elasticache_replication_group").find((one) => one.id === id);
}

const ofPrimary =
  (name: string): Rule =>
  (made) =>
    primaryOf(made)?.[name] ?? null;

/** AWS puts five letters of the primary's region in front. Source: the provider's docs, `global_replication_group_id`. */
const globalId = (made: Made) =>
  `${digestOf("global datastore", made.region).slice(0, 5)}-${argument(made, "global_replication_group_id_suffix")}`;

/** ElastiCache. */
export const CACHE: Rules = {
  aws_elasticache_replication_group: {
    ...known("replication_group_id", "replicationgroup"),
    primary_endpoint_address: host("master"),
    reader_endpoint_address: host("replica"),
    member_clusters: members,
    engine: ofPrimary("engine"),
    engine_version: ofPrimary("engine_version"),
    engine_version_actual: (made) => argument(made, "engine_version") || ofPrimary("engine_version")(made),
    node_type: ofPrimary("node_type"),
    at_rest_encryption_enabled: ofPrimary("at_rest_encryption_enabled"),
    transit_encryption_enabled: ofPrimary("transit_encryption_enabled"),
  },
  aws_elasticache_global_replication_group: {
    id: globalId,
    global_replication_group_id: globalId,
    arn: (made) => `arn:aws:elasticache::${ACCOUNT}:globalreplicationgroup:${globalId(made)}`,
    at_rest_encryption_enabled: (made) => ofPrimary("at_rest_encryption_enabled")(made) === "true",
    cache_node_type: ofPrimary("node_type"),
    engine: ofPrimary("engine"),
    engine_version: ofPrimary("engine_version"),
    engine_version_actual: ofPrimary("engine_version_actual"),
    transit_encryption_enabled: ofPrimary("transit_encryption_enabled"),
  },
  aws_elasticache_parameter_group: known("name", "parametergroup"),
  aws_elasticache_subnet_group: known("name", "subnetgroup"),
  aws_elasticache_user: known("user_id", "user"),
  aws_elasticache_user_group: known("user_group_id", "usergroup"),
};
