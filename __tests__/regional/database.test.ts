import { TerraformOutput } from "cdktf";
import { Database, type DatabaseProps } from "../../lib/regional/database";
import { database } from "./databases";
import { inRegion, type Synthesized } from "./synthesized";

const parameters = (made: Synthesized) => {
  const group = made.one("aws_db_parameter_group");
  return (group.parameter as { name: string; value: string; apply_method: string }[]) ?? [];
};

const settings = (made: Synthesized) =>
  Object.fromEntries(parameters(made).map(({ name, value }) => [name, value]));

test("B2: a database replicates logically and speaks TLS only, from its first start", () => {
  const made = database();
  expect(made.one("aws_db_parameter_group").family).toBe("postgres18");
  const values = settings(made);
  expect(values).toMatchObject({ "rds.logical_replication": "1", "rds.force_ssl": "1" });
  expect(Number(values.max_worker_processes)).toBeGreaterThan(Number(values.max_logical_replication_workers));
  expect(Number(values.max_wal_senders)).toBeGreaterThanOrEqual(Number(values.max_replication_slots));
  expect(new Set(parameters(made).map((parameter) => parameter.apply_method))).toEqual(
    new Set(["pending-reboot"]),
  );
  expect(made.one("aws_db_instance").parameter_group_name).toMatch(/aws_db_parameter_group/);
});

test("E1: MySQL logs rows with GTIDs, speaks TLS only, and the two sides give ids that never collide", () => {
  const side = (idOffset: 1 | 2) => database({ engine: "mysql", engineVersion: "8.4.3", idOffset });
  const made = side(1);
  expect(made.one("aws_db_parameter_group").family).toBe("mysql8.4");
  expect(settings(made)).toMatchObject({
    binlog_format: "ROW",
    "gtid-mode": "ON",
    enforce_gtid_consistency: "ON",
    require_secure_transport: "1",
  });
  const ids = [made, side(2)].map((one) => {
    const { auto_increment_increment: by, auto_increment_offset: from } = settings(one);
    return [0, 1, 2].map((step) => Number(from) + step * Number(by));
  });
  expect(ids).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
  expect(made.one("aws_db_instance")).toMatchObject({
    engine: "mysql",
    port: 3306,
    enabled_cloudwatch_logs_exports: ["error", "slowquery"],
  });
});

test("minor versions come by themselves, unless one is named: RDS would refuse to go back to it", () => {
  const follows = (engineVersion: string, engine: "postgres" | "mysql" = "postgres") =>
    database({ engine, engineVersion }).one("aws_db_instance").auto_minor_version_upgrade;
  expect([follows("18"), follows("8.4", "mysql")]).toEqual([true, true]);
  expect([follows("17.4"), follows("8.4.3", "mysql")]).toEqual([false, false]);
});

test("a database is encrypted with a key of its region, private, backed up, and its logs end after a while", () => {
  const made = database();
  const instance = made.one("aws_db_instance");
  expect(instance).toMatchObject({
    engine_version: "18",
    storage_encrypted: true,
    publicly_accessible: false,
    copy_tags_to_snapshot: true,
    skip_final_snapshot: false,
    final_snapshot_identifier: "storefront-orders-final",
    iam_database_authentication_enabled: true,
    multi_az: true,
  });
  expect(instance.kms_key_id).toMatch(/aws_kms_key\..+\.arn/);
  expect(instance.backup_retention_period).toBeGreaterThanOrEqual(7);
  expect(made.one("aws_kms_key").policy).toMatch(/:root/);
  const logs = Object.values(made.all("aws_cloudwatch_log_group"));
  expect(logs.map((log) => log.name)).toEqual([
    "/aws/rds/instance/storefront-orders/postgresql",
    "/aws/rds/instance/storefront-orders/upgrade",
  ]);
  expect(logs.every((log) => Number(log.retention_in_days) > 0)).toBe(true);
});

test("the operator's password is RDS's own: no password stands in the configuration", () => {
  const instance = database().one("aws_db_instance");
  expect(instance.manage_master_user_password).toBe(true);
  expect(instance.master_user_secret_kms_key_id).toMatch(/aws_kms_key/);
  expect(instance).not.toHaveProperty("password");
  expect(instance).not.toHaveProperty("password_wo");
});

test("a primary's password is the module's own, because RDS replicates none whose password it keeps", () => {
  const made = database({ operatorPassword: "module" });
  const instance = made.one("aws_db_instance");
  expect(instance).not.toHaveProperty("manage_master_user_password");
  expect(instance).not.toHaveProperty("password");
  expect(instance.password_wo).toMatch(
    /^\$\{jsondecode\(ephemeral\.aws_secretsmanager_secret_version\..+\)\.password}$/,
  );
  expect(made.one("aws_secretsmanager_secret").kms_key_id).toMatch(/aws_kms_key/);
  expect(made.one("aws_secretsmanager_secret_version").secret_string_wo).toMatch(
    /jsonencode\(\{"username" = "runbook", "password" = ephemeral/,
  );
  const outputs = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(outputs[0]?.value).toMatch(/aws_secretsmanager_secret_version\.us-east-1_orders_operator/);
});

test("instance and key are guarded against deletion by AWS and by Terraform, until both guards are taken off", () => {
  const guarded = database();
  expect(guarded.one("aws_db_instance")).toMatchObject({
    deletion_protection: true,
    lifecycle: { prevent_destroy: true },
  });
  expect(guarded.one("aws_kms_key").lifecycle).toEqual({ prevent_destroy: true });
  const open = database({ deletionProtection: false });
  expect(open.one("aws_db_instance")).toMatchObject({
    deletion_protection: false,
    skip_final_snapshot: false,
    lifecycle: { prevent_destroy: false },
  });
});

test("a database's security group has no rule of its own", () => {
  const made = database();
  expect(made.one("aws_security_group", "orders_group")).not.toHaveProperty("ingress");
  expect(made.all("aws_vpc_security_group_egress_rule")).toEqual({});
});

test("an instance that is managed elsewhere is read, not made", () => {
  const made = inRegion("us-east-1", (scope) => {
    const existing = Database.fromExisting(scope, "orders", {
      identifier: "legacy",
      securityGroupId: "sg-1",
      engine: "mysql",
    });
    expect(existing).toMatchObject({ engine: "mysql", port: 3306, identifier: "legacy" });
    new TerraformOutput(scope, "host", { value: existing.host });
    new TerraformOutput(scope, "secret", { value: existing.operatorSecretArn });
  });
  expect(made.all("aws_db_instance")).toEqual({});
  expect(made.one("data.aws_db_instance").db_instance_identifier).toBe("legacy");
  const outputs = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(outputs[0]?.value).toMatch(/\.address}$/);
  expect(outputs[1]?.value).toMatch(/\.master_user_secret\[0\]\.secret_arn}$/);
});

test("storage grows to five times as much, and no further than RDS goes", () => {
  const most = (storageGib?: number) => database({ storageGib }).one("aws_db_instance").max_allocated_storage;
  expect(most()).toBe(500);
  expect(most(20_000)).toBe(65_536);
});

test("fails on an identifier that RDS refuses, with the form it takes", () => {
  expect(() => database({ name: "Storefront--orders" })).toThrow(
    /us-east-1\/orders: the database name "Storefront--orders" is not of the form AWS takes: lower-case.*Fix: change "name"/s,
  );
  expect(() => database({ name: "o".repeat(64) })).toThrow(/has 64 characters, AWS takes 63 at most/);
});

test("fails with every value that RDS would refuse in the middle of an apply", () => {
  const wrong = () =>
    database({ databaseName: "order", operatorRole: "rdsadmin", storageGib: 10, engineVersion: "8.4.3" });
  expect(wrong).toThrow(/us-east-1\/orders: databaseName: found "order", a reserved word.*Fix: change/);
  expect(wrong).toThrow(/us-east-1\/orders: operatorRole: found "rdsadmin".*Fix: change/);
  expect(wrong).toThrow(
    /us-east-1\/orders: engineVersion: found "8.4.3".*postgres such as "18".*Fix: change/,
  );
  expect(wrong).toThrow(
    /us-east-1\/orders: storageGib: found 10, expected a whole number from 20.*Fix: change/,
  );
});

test("fails on names that MySQL takes and PostgreSQL does not, and the other way round", () => {
  const mysql = (props: Partial<DatabaseProps>) => () =>
    database({ engine: "mysql", engineVersion: "8.4", ...props });
  expect(mysql({ operatorRole: "operator_of_orders" })).toThrow(/operatorRole: .*16 characters at most/);
  expect(mysql({ databaseName: "sys" })).toThrow(/databaseName: found "sys", which MySQL or RDS has already/);
  expect(mysql({ databaseName: "order" })).not.toThrow();
});
