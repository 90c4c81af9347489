import { TerraformVariable } from "cdktf";
import { Cache, type CacheProps } from "../../lib/regional/cache";
import { CacheAlarms } from "../../lib/regional/cache-alarms";
import { cacheVersionFault } from "../../lib/regional/cache-engine";
import { Network } from "../../lib/regional/network";
import { inRegion, type Arguments } from "./synthesized";

const cache = (props: Partial<CacheProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    new Cache(scope, "sessions", {
      name: "storefront-sessions",
      network,
      engine: "valkey",
      engineVersion: "8.0",
      ...props,
    });
  });

const group = (props: Partial<CacheProps> = {}) => cache(props).one("aws_elasticache_replication_group");

test("A1: a cache speaks TLS only, is encrypted with a key of its region, and survives a zone", () => {
  const made = cache();
  expect(made.one("aws_elasticache_replication_group")).toMatchObject({
    replication_group_id: "storefront-sessions",
    transit_encryption_enabled: true,
    transit_encryption_mode: "required",
    at_rest_encryption_enabled: "true",
    num_cache_clusters: 2,
    multi_az_enabled: true,
    automatic_failover_enabled: true,
    snapshot_retention_limit: 7,
    final_snapshot_identifier: "storefront-sessions-final",
  });
  expect(made.one("aws_elasticache_replication_group").kms_key_id).toMatch(/aws_kms_key\..+\.arn/);
  expect(made.one("aws_elasticache_subnet_group").subnet_ids).toHaveLength(2);
  const rules = Object.values(made.all("aws_vpc_security_group_ingress_rule"));
  expect(rules.filter((rule) => String(rule.security_group_id).includes("sessions"))).toEqual([]);
});

test("clients send a password alone, which CloudFormation reads from Secrets Manager and Terraform never sees", () => {
  const made = cache();
  const { Resources } = JSON.parse(String(made.one("aws_cloudformation_stack").template_body)) as {
    Resources: Record<string, { Type: string; Properties: Arguments }>;
  };
  expect(Resources.User).toMatchObject({
    Type: "AWS::ElastiCache::User",
    Properties: { UserName: "default", Engine: "redis" },
  });
  expect(Resources.User?.Properties.Passwords).toEqual([
    expect.stringMatching(
      /^\{\{resolve:secretsmanager:\$\{aws_secretsmanager_secret_version\..+\.secret_id}:SecretString:::\$\{.+\.version_id}}}$/,
    ),
  ]);
  expect(Resources.Group?.Properties).toMatchObject({
    UserGroupId: "storefront-sessions",
    UserIds: [{ Ref: "User" }],
  });
  const replicationGroup = made.one("aws_elasticache_replication_group");
  expect(replicationGroup.user_group_ids).toEqual(["storefront-sessions"]);
  expect(replicationGroup.depends_on).toEqual([expect.stringMatching(/^aws_cloudformation_stack\./)]);
  expect(replicationGroup).not.toHaveProperty("auth_token");
  expect(made.one("aws_secretsmanager_secret_version")).not.toHaveProperty("secret_string");
});

test("what is slow and what the engine says is logged, and ends after a while", () => {
  const made = cache();
  const logs = Object.values(made.all("aws_cloudwatch_log_group"));
  expect(logs.map((log) => [log.name, log.retention_in_days])).toEqual([
    ["/aws/elasticache/storefront-sessions/engine-log", 30],
    ["/aws/elasticache/storefront-sessions/slow-log", 30],
  ]);
  expect(made.one("aws_elasticache_replication_group").log_delivery_configuration).toMatchObject([
    { log_type: "slow-log", destination_type: "cloudwatch-logs", log_format: "json" },
    { log_type: "engine-log", destination_type: "cloudwatch-logs", log_format: "json" },
  ]);
});

test("a cache keeps the version that the code says, and the parameters that AWS gives its family", () => {
  const made = cache({ engineVersion: "8.1" });
  expect(made.one("aws_elasticache_replication_group")).toMatchObject({
    engine_version: "8.1",
    // Otherwise AWS goes on to 8.2 some day, and Terraform comes back to 8.1 by a new, empty cache.
    auto_minor_version_upgrade: "false",
  });
  expect(made.one("aws_elasticache_replication_group")).not.toHaveProperty("parameter_group_name");
});

test("cache and key are guarded against deletion, until the guard is taken off", () => {
  const guards = (made: ReturnType<typeof cache>) =>
    ["aws_elasticache_replication_group", "aws_kms_key"].map(
      (type) => (made.one(type).lifecycle as Arguments).prevent_destroy,
    );
  expect(guards(cache())).toEqual([true, true]);
  expect(guards(cache({ deletionProtection: false }))).toEqual([false, false]);
});

test("B9: a cache is made from a snapshot, or cold from an empty name, and no later name replaces it", () => {
  expect(group({ restoreFrom: "arn:aws:s3:::exports/sessions.rdb" })).toMatchObject({
    snapshot_arns: '${compact(["arn:aws:s3:::exports/sessions.rdb"])}',
    lifecycle: { ignore_changes: ["snapshot_arns"] },
  });
  const late = inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    const snapshot = new TerraformVariable(scope, "snapshot", { type: "string", default: "" });
    new Cache(scope, "sessions", {
      name: "storefront-sessions",
      network,
      engine: "valkey",
      engineVersion: "8.0",
      restoreFrom: snapshot.stringValue,
    });
  });
  expect(late.one("aws_elasticache_replication_group").snapshot_arns).toMatch(/^\$\{compact\(\[var\./);
});

test("B9: a secondary of a global datastore leaves to it what AWS refuses to be told twice", () => {
  const secondary = group({ globalDatastoreId: "ldgnf-sessions" });
  expect(secondary.global_replication_group_id).toBe("ldgnf-sessions");
  // Source: the provider's schema of global_replication_group_id, ConflictsWith.
  for (const refused of [
    "engine",
    "engine_version",
    "node_type",
    "parameter_group_name",
    "at_rest_encryption_enabled",
    "transit_encryption_enabled",
    "transit_encryption_mode",
    "snapshot_arns",
    // Not sent by the provider when one joins, and refused from a member afterwards.
    "automatic_failover_enabled",
    "multi_az_enabled",
  ]) {
    expect(secondary).not.toHaveProperty(refused);
  }
  expect(secondary.kms_key_id).toMatch(/aws_kms_key/);
  expect(secondary.lifecycle).toMatchObject({
    ignore_changes: ["snapshot_arns", "automatic_failover_enabled", "multi_az_enabled"],
  });
});

test("each node of a cache has its alarms", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const existing = Cache.fromExisting(scope, "sessions", {
      replicationGroupId: "legacy",
      securityGroupId: "sg-1",
      secretArn: "arn",
    });
    new CacheAlarms(scope, "alarms", { cache: existing, nodes: 3, notify: ["arn:topic"] });
  });
  const alarms = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(new Set(alarms.map(({ dimensions }) => (dimensions as Arguments).CacheClusterId))).toEqual(
    new Set(["legacy-001", "legacy-002", "legacy-003"]),
  );
  expect(alarms).toHaveLength(9);
  expect(alarms.every((alarm) => String(alarm.alarm_actions) === "arn:topic")).toBe(true);
});

test("fails with every value that ElastiCache would refuse in the middle of an apply", () => {
  const wrong = () => cache({ name: "s".repeat(41), engineVersion: "8", replicas: 0 });
  expect(wrong).toThrow(/eu-west-1\/sessions: the cache name "s+" has 41 characters, AWS takes 40 at most/);
  expect(wrong).toThrow(
    /engineVersion: found "8" for valkey, expected 7\.2 or newer, such as 8\.0.*Fix: change/,
  );
  expect(wrong).toThrow(/replicas: found 0, expected a whole number from 1 to 5.*Fix: change "replicas"/);
});

test.each([
  ["valkey", "7.1"],
  ["valkey", "x"],
  ["redis", "5.0"],
  ["redis", "6.x"],
] as const)("fails on %s %s: it has no users, or is no version", (engine, version) => {
  expect(cacheVersionFault(engine, version)).toMatch(/expected \d\.\d or newer/);
});

test("fails on a snapshot for what joins a global datastore", () => {
  expect(() => cache({ globalDatastoreId: "ldgnf-sessions", restoreFrom: "" })).toThrow(
    /eu-west-1\/sessions: found both "restoreFrom" and "globalDatastoreId".*Fix: leave one out/s,
  );
});
