import type { WorkloadDatabase } from "../../lib/workload/database";
import { everyModule, everyModuleRelocation } from "./every-module";
import { type PhaseJson, synthesized } from "./example";

const stacks = synthesized(everyModuleRelocation);

/** The one resource of a type whose id begins in a way. */
function one(phase: string, type: string, begin: string): Record<string, unknown> {
  const found = Object.entries(stacks[phase]!.resource[type] ?? {}).filter(([id]) => id.startsWith(begin));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]![1];
}

const instance = (region: string, name: string) => one("standby", "aws_db_instance", `${region}_${name}_`);
const REFERENCE = (type: string, begin: string) => expect.stringContaining(`\${${type}.${begin}`) as string;

test("logical: two databases of their own, the target's on the version it is upgraded to", () => {
  expect(instance("us-east-1", "ledger")).toMatchObject({ engine_version: "17.4" });
  expect(instance("eu-west-1", "ledger")).toMatchObject({ engine_version: "18.1" });
  expect(instance("eu-west-1", "ledger")).not.toHaveProperty("replicate_source_db");
});

test.each(["invoices", "stock", "catalog"])(
  "physical and seeded: the target's %s is a replica of the source's",
  (name) => {
    expect(instance("eu-west-1", name)).toMatchObject({
      replicate_source_db: REFERENCE("aws_db_instance", `us-east-1_${name}_`),
      kms_key_id: REFERENCE("aws_kms_key", `eu-west-1_${name}_`),
    });
    expect(instance("us-east-1", name)).not.toHaveProperty("manage_master_user_password");
  },
);

test.each(["search", "reviews"])(
  "aurora-global: the target's %s is a secondary of the source's global database",
  (name) => {
    expect(one("standby", "aws_rds_global_cluster", `us-east-1_${name}-global_`)).toMatchObject({
      global_cluster_identifier: `shop-${name}-global`,
    });
    expect(one("standby", "aws_rds_cluster", `eu-west-1_${name}_`)).toMatchObject({
      global_cluster_identifier: REFERENCE("aws_rds_global_cluster", `us-east-1_${name}-global_`),
    });
  },
);

test("A4: snapshot: the target's database waits for a snapshot, and the variable for it says what may be lost", () => {
  expect(stacks.standby!.variable.reports_snapshot).toMatchObject({
    default: "",
    description: expect.stringContaining("ACCEPTED LOSS: up to 60 minutes") as string,
  });
  expect(instance("eu-west-1", "reports")).toMatchObject({
    count: expect.stringContaining("reports_snapshot") as string,
  });
  expect(instance("us-east-1", "reports")).not.toHaveProperty("count");
});

test("E1: the two sides of a MySQL database give different ids", () => {
  const offset = (region: string) =>
    (
      one("standby", "aws_db_parameter_group", `${region}_catalog_`).parameter as {
        name: string;
        value: string;
      }[]
    ).find(({ name }) => name === "auto_increment_offset")?.value;
  expect([offset("us-east-1"), offset("eu-west-1")]).toEqual(["1", "2"]);
});

test("B9: a cache starts cold, from a snapshot, or as a member of a global datastore", () => {
  const cache = (name: string) => one("standby", "aws_elasticache_replication_group", `eu-west-1_${name}_`);
  expect(cache("sessions")).not.toHaveProperty("snapshot_arns");
  expect(JSON.stringify(cache("carts").snapshot_arns)).toContain("var.carts_snapshot");
  expect(cache("prices")).toMatchObject({
    global_replication_group_id: REFERENCE(
      "aws_elasticache_global_replication_group",
      "us-east-1_prices-global_",
    ),
  });
});

/** Variables of a service's container in the target region. */
const environment = (service: string, all: Record<string, PhaseJson> = stacks) => {
  const [task] = Object.entries(all.standby!.resource.aws_ecs_task_definition!).filter(([id]) =>
    id.startsWith(`eu-west-1_${service}_`),
  );
  return task![1].container_definitions as string;
};

test("each writer discovery has its own URL: both hosts, the region's pooler, or the name that follows the writer", () => {
  const web = environment("web");
  expect(web).toMatch(
    /orders_app@\$\{aws_db_instance\.eu-west-1_orders_\w+\.address\}:5432,\$\{aws_db_instance\.us-east-1_orders_\w+\.address\}:5432\/orders\?target_session_attrs=read-write&sslmode=verify-full/,
  );
  expect(web).toContain("ledger_app@pgbouncer.shop-ledger-pooler.internal:6432/ledger?sslmode=require");
  expect(web).toContain("mysql://catalog_app@writer.catalog.shop.internal:3306/catalog?ssl-mode=VERIFY_CA");
});

test("a PostgreSQL database that is found by name verifies the authority", () => {
  const orders: WorkloadDatabase = { engineVersion: "18", writerDiscovery: "cname" };
  const workload = { ...everyModule, databases: { ...everyModule.databases, orders } };
  const web = environment("web", synthesized({ ...everyModuleRelocation, workload }));
  expect(web).toContain("postgresql://orders_app@writer.orders.shop.internal:5432/orders?sslmode=verify-ca");
});

test("B10: a service gets what it uses by variables, its passwords and keys by secrets of its own region", () => {
  const web = environment("web");
  expect(web).toMatch(
    /SESSIONS_CACHE_URL.{0,40}rediss:\/\/\$\{aws_elasticache_replication_group\.eu-west-1_sessions/,
  );
  expect(web).toMatch(/SESSIONS_CACHE_PASSWORD.{0,80}aws_secretsmanager_secret_version\.eu-west-1_sessions/);
  expect(web).toMatch(/UPLOADS_BUCKET.{0,60}eu-west-1_uploads/);
  expect(web).toMatch(/JOBS_QUEUE_URL.{0,60}aws_sqs_queue\.eu-west-1_jobs/);
  expect(web).toMatch(/PERSONAL_KEY_ARN.{0,60}aws_kms_replica_key\.eu-west-1_personal/);
  expect(web).toMatch(/PAYMENT_KEY.{0,200}eu-west-1/);
  expect(environment("mailer")).toMatch(/MAIL_DOMAIN.{0,20}example\.com/);
});

test("A1: the target's web services run at standby capacity, its workers at zero", () => {
  expect(one("standby", "aws_appautoscaling_target", "eu-west-1_web_")).toMatchObject({
    min_capacity: 2,
    max_capacity: 16,
  });
  expect(one("standby", "aws_appautoscaling_target", "us-east-1_web_")).toMatchObject({
    min_capacity: 4,
    max_capacity: 16,
  });
  expect(one("standby", "aws_ecs_service", "eu-west-1_mailer_")).toMatchObject({ desired_count: 0 });
});
