import { type DatabaseEnd, linkDatabases } from "../../lib/link/database-link";
import { LagAlarms } from "../../lib/link/lag-alarms";
import { Database, type IDatabase } from "../../lib/regional/database";
import { DatabaseAlarms } from "../../lib/regional/database-alarms";
import { DatabaseCluster } from "../../lib/regional/database-cluster";
import type { DatabaseEngine, DatabaseStrategy } from "../../lib/workload/database";
import { inRegion, type Synthesized } from "../regional/synthesized";
import { databaseEnd, linked } from "./linked";

/** An existing database of each engine. */
const existing = (scope: ConstructorParameters<typeof Database>[0], engine: DatabaseEngine): IDatabase => {
  const found = { identifier: "storefront-orders", securityGroupId: "sg-1" };
  return engine === "postgres" || engine === "mysql"
    ? Database.fromExisting(scope, "orders", { ...found, engine })
    : DatabaseCluster.fromExisting(scope, "orders", { ...found, engine });
};

const metrics = (made: Synthesized) =>
  Object.values(made.all("aws_cloudwatch_metric_alarm"))
    .map((alarm) => String(alarm.metric_name))
    .sort();

const lag = (engine: DatabaseEngine, strategy?: DatabaseStrategy) =>
  inRegion("us-east-1", (scope) => {
    new LagAlarms(scope, "lag", { database: existing(scope, engine), strategy });
  });

const egress = (strategy?: DatabaseStrategy) => {
  const made = linked((source, target) => {
    linkDatabases(databaseEnd(source), databaseEnd(target), strategy && { orders: strategy });
  });
  return Object.keys(made.all("aws_vpc_security_group_egress_rule"))
    .map((id) => /_databases-[^_]+_([^_]+)_/.exec(id)?.[1])
    .filter((id) => id !== undefined)
    .sort();
};

test("databases connect to each other where they subscribe; otherwise applications alone cross over", () => {
  const both = ["orders-out", "orders-out", "web-out-5432", "web-out-5432"];
  expect(egress()).toEqual(both);
  expect(egress("physical")).toEqual(both);
  expect(egress("seeded")).toEqual(both);
  expect(egress("aurora-global")).toEqual(["web-out-5432", "web-out-5432"]);
  expect(egress("snapshot")).toEqual(["web-out-5432", "web-out-5432"]);
});

test("databases that share a group, and services that do, get each rule once: AWS refuses it a second time", () => {
  const made = linked((source, target) => {
    const shared = (end: DatabaseEnd): DatabaseEnd => ({
      ...end,
      databases: { orders: end.databases.orders!, carts: end.databases.orders! },
      services: { web: end.services.web!, admin: end.services.web! },
    });
    linkDatabases(shared(databaseEnd(source)), shared(databaseEnd(target)));
  });
  for (const direction of ["ingress", "egress"]) {
    const rules = Object.values(made.all(`aws_vpc_security_group_${direction}_rule`)).map(
      ({
        security_group_id: group,
        cidr_ipv4: block,
        referenced_security_group_id: other,
        from_port: port,
      }) => [group, block ?? other, port].join(" "),
    );
    expect(new Set(rules).size).toBe(rules.length);
  }
});

test("each engine is reached on a port of its own", () => {
  const made = linked((source, target) => {
    const withMysql = (end: typeof source) => ({
      ...databaseEnd(end),
      databases: {
        orders: end.orders,
        carts: Database.fromExisting(end.scope, "carts", {
          identifier: "storefront-carts",
          securityGroupId: "sg-carts",
          engine: "mysql",
        }),
      },
    });
    linkDatabases(withMysql(source), withMysql(target));
  });
  const ports = Object.values(made.all("aws_vpc_security_group_ingress_rule"))
    .filter((rule) => /^10\./.test(String(rule.cidr_ipv4)))
    .map((rule) => [rule.provider, rule.from_port]);
  expect(ports).toEqual([
    ["aws.eu-west-1", 3306],
    ["aws.eu-west-1", 5432],
    ["aws.us-east-1", 3306],
    ["aws.us-east-1", 5432],
  ]);
});

test("B3: lag and kept WAL raise an alarm, the topic is told, and quiet metrics raise none", () => {
  const topic = "arn:aws:sns:us-east-1:123456789012:operators";
  const made = inRegion("us-east-1", (scope) => {
    new LagAlarms(scope, "lag", { database: existing(scope, "postgres"), notify: [topic] });
  });
  expect(metrics(made)).toEqual([
    "OldestReplicationSlotLag",
    "ReplicationSlotDiskUsage",
    "TransactionLogsDiskUsage",
  ]);
  for (const alarm of Object.values(made.all("aws_cloudwatch_metric_alarm"))) {
    expect(alarm).toMatchObject({
      alarm_actions: [topic],
      ok_actions: [topic],
      treat_missing_data: "notBreaching",
      dimensions: { DBInstanceIdentifier: "storefront-orders" },
    });
    expect(Number(alarm.threshold)).toBeGreaterThan(0);
  }
});

test("B3: each strategy is watched by what AWS shows of it", () => {
  expect(metrics(lag("mysql", "physical"))).toEqual(["ReplicaLag"]);
  expect(metrics(lag("postgres", "seeded"))).toEqual([
    "OldestReplicationSlotLag",
    "ReplicaLag",
    "ReplicationSlotDiskUsage",
    "TransactionLogsDiskUsage",
  ]);
  const global = lag("aurora-mysql", "aurora-global");
  expect(metrics(global)).toEqual(["AuroraGlobalDBReplicationLag"]);
  expect(global.one("aws_cloudwatch_metric_alarm").dimensions).toEqual({
    DBClusterIdentifier: "storefront-orders",
  });
  expect(metrics(lag("postgres", "snapshot"))).toEqual([]);
});

test("B3: a replica of PostgreSQL raises no alarm by what it shows while nobody writes: up to five minutes", () => {
  const above = (engine: DatabaseEngine) =>
    Number(lag(engine, "physical").one("aws_cloudwatch_metric_alarm", "replica-lag").threshold);
  expect(above("postgres")).toBeGreaterThan(5 * 60);
  expect(above("mysql")).toBeLessThan(60);
});

test("every engine's own ways to stop raise an alarm", () => {
  const alarms = (engine: DatabaseEngine) =>
    metrics(
      inRegion("us-east-1", (scope) => {
        new DatabaseAlarms(scope, "alarms", { database: existing(scope, engine) });
      }),
    );
  const common = ["CPUUtilization", "DatabaseConnections", "FreeableMemory"];
  const sorted = (...more: string[]) => [...common, ...more].sort();
  expect(alarms("postgres")).toEqual(sorted("FreeStorageSpace", "MaximumUsedTransactionIDs"));
  expect(alarms("mysql")).toEqual(sorted("BinLogDiskUsage", "FreeStorageSpace"));
  expect(alarms("aurora-postgresql")).toEqual(sorted("MaximumUsedTransactionIDs"));
  expect(alarms("aurora-mysql")).toEqual(common);
});

test("a nearly full instance is told of from below, a busy one from above", () => {
  const made = inRegion("us-east-1", (scope) => {
    new DatabaseAlarms(scope, "alarms", { database: existing(scope, "postgres"), connections: 50 });
  });
  expect(made.one("aws_cloudwatch_metric_alarm", "alarms_storage")).toMatchObject({
    comparison_operator: "LessThanThreshold",
    statistic: "Minimum",
  });
  expect(made.one("aws_cloudwatch_metric_alarm", "alarms_connections")).toMatchObject({
    comparison_operator: "GreaterThanThreshold",
    threshold: 50,
  });
});
