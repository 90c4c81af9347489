import { TerraformOutput, TerraformVariable } from "cdktf";
import { Database, type DatabaseProps, type IDatabase } from "../../lib/regional/database";
import { Network } from "../../lib/regional/network";
import { RegionScope } from "../../lib/scope/region-scope";
import { inRegion, inStack, type Synthesized } from "./synthesized";

const PROPS = { name: "storefront-orders", engineVersion: "18", databaseName: "orders" };

const database = (props: Partial<DatabaseProps> = {}) =>
  inRegion("us-east-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.10.0.0/16" });
    const made = new Database(scope, "orders", { ...PROPS, network, ...props });
    new TerraformOutput(scope, "secret", { value: made.operatorSecretArn });
  });

/** A primary in one region, and what is made of it in another. */
const pair = (
  copy: (primary: IDatabase) => Partial<DatabaseProps>,
  { primary = {} }: { primary?: Partial<DatabaseProps> } = {},
) =>
  inStack((stack) => {
    const [source, target] = ["us-east-1", "eu-west-1"].map((region, index) => {
      const scope = new RegionScope(stack, region, { region });
      const cidr = `10.${index + 1}0.0.0/16`;
      return { scope, network: new Network(scope, "network", { name: "storefront", cidr }) };
    }) as [{ scope: RegionScope; network: Network }, { scope: RegionScope; network: Network }];
    const one = new Database(source.scope, "orders", {
      ...{ ...PROPS, network: source.network, operatorPassword: "module" },
      ...primary,
    });
    new Database(target.scope, "orders", { ...PROPS, network: target.network, ...copy(one) });
  });

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

test("a replica follows the other region's instance by ARN, under a key and with parameters of its own", () => {
  const made = pair((primary) => ({ replicaOf: primary }));
  const replica = made.one("aws_db_instance", "eu-west-1");
  expect(replica.replicate_source_db).toMatch(/aws_db_instance\.us-east-1_orders_instance_.+\.arn/);
  expect(replica.kms_key_id).toMatch(/aws_kms_key\.eu-west-1/);
  expect(replica.parameter_group_name).toMatch(/aws_db_parameter_group\.eu-west-1/);
  // RDS and the provider refuse each of these for a replica.
  for (const refused of ["username", "db_name", "password_wo", "manage_master_user_password"]) {
    expect(replica).not.toHaveProperty(refused);
  }
});

test("no trace of a promotion outside of Terraform makes a difference, nor does the password that came along", () => {
  const made = pair((primary) => ({ replicaOf: primary }));
  const { lifecycle } = made.one("aws_db_instance", "eu-west-1") as {
    lifecycle: { ignore_changes: string[] };
  };
  expect(lifecycle.ignore_changes).toEqual(
    expect.arrayContaining(["replicate_source_db", "username", "db_name", "password_wo_version"]),
  );
  const copied = made.one("aws_secretsmanager_secret_version", "eu-west-1").secret_string_wo;
  expect(copied).toMatch(/\$\{ephemeral\.aws_secretsmanager_secret_version\.eu-west-1_orders_operator/);
  const opened = Object.entries(made.json.ephemeral?.aws_secretsmanager_secret_version as object) as [
    string,
    Record<string, string>,
  ][];
  const [, copy] = opened.find(([id]) => id.startsWith("eu-west-1_orders_operator"))!;
  expect(copy).toMatchObject({ provider: "aws.eu-west-1" });
  expect(copy.secret_id).toMatch(/aws_secretsmanager_secret_version\.us-east-1_orders_operator/);
  expect(copy.region).toMatch(/element\(split\(":", .+us-east-1_orders_operator.+, 3\)/);
});

test("what is restored from a snapshot is not there before there is one, and its host is empty until then", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    const snapshot = new TerraformVariable(scope, "snapshot", { default: "" });
    const restored = new Database(scope, "orders", { ...PROPS, network, restoreFrom: snapshot.stringValue });
    new TerraformOutput(scope, "host", { value: restored.host });
    new TerraformOutput(scope, "secret", { value: restored.operatorSecretArn });
  });
  const instance = made.one("aws_db_instance");
  expect(instance).toMatchObject({
    count: expect.stringMatching(/^\$\{length\(compact\(\[var\.[^\]]+\]\)\)}$/) as string,
    snapshot_identifier: expect.stringMatching(/^\$\{var\./) as string,
  });
  expect((instance.lifecycle as { ignore_changes: string[] }).ignore_changes).toContain(
    "snapshot_identifier",
  );
  const outputs = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(outputs[0]?.value).toMatch(/^\$\{join\("", aws_db_instance\..+\[\*]\.address\)}$/);
  // Known before the restore, so that policies can name it.
  expect(outputs[1]?.value).toMatch(/aws_secretsmanager_secret_version/);
});

test("an adopted instance keeps its key, subnets, master user and clients", () => {
  const made = database({ importId: "storefront-orders" });
  const instance = made.one("aws_db_instance");
  expect(made.all("aws_kms_key")).toEqual({});
  expect(made.all("aws_db_subnet_group")).toEqual({});
  expect(instance.kms_key_id).toMatch(/data\.aws_db_instance\..+\.kms_key_id/);
  expect(instance.username).toMatch(/data\.aws_db_instance\..+\.master_username/);
  expect(instance.vpc_security_group_ids).toMatch(
    /distinct\(concat\(\[aws_security_group\..+\.id], data\.aws_db_instance\..+\.vpc_security_groups\)\)/,
  );
  const [imported] = made.json.import as unknown as { id: string; to: string }[];
  expect(imported?.id).toBe("storefront-orders");
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

test("D6: only a replica whose guards are off goes without a final snapshot, because RDS takes none of it", () => {
  const skipped = (deletionProtection: boolean) =>
    pair((primary) => ({ replicaOf: primary, deletionProtection })).one("aws_db_instance", "eu-west-1")
      .skip_final_snapshot;
  expect([skipped(true), skipped(false)]).toEqual([false, true]);
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

test("fails on a replica of another engine or version, and on two origins at once", () => {
  const copied = (props: Partial<DatabaseProps>) => () =>
    pair((primary) => ({ replicaOf: primary, ...props }));
  expect(copied({ engineVersion: "17" })).toThrow(
    /eu-west-1\/orders: replicaOf: found a database of version "18", expected "17".*Fix: change "replicaOf"/,
  );
  expect(copied({ engine: "mysql", engineVersion: "8.4" })).toThrow(/found a database of engine "postgres"/);
  expect(copied({ restoreFrom: "rds:orders-2026" })).toThrow(
    /restoreFrom: found "replicaOf" and "restoreFrom", expected one of them at most/,
  );
});

test("fails on a replica of an instance whose password RDS keeps: RDS would refuse it in the middle of an apply", () => {
  const replicated = () =>
    pair((primary) => ({ replicaOf: primary }), { primary: { operatorPassword: "rds" } });
  expect(replicated).toThrow(
    /eu-west-1\/orders: replicaOf: found a database whose operator's password RDS keeps.*Fix: change/,
  );
});

test("fails on an id to adopt that is not the name: RDS knows an instance by one alone", () => {
  expect(() => database({ importId: "legacy" })).toThrow(
    /importId: found "legacy", expected the name "storefront-orders".*Fix: change "importId"/,
  );
});
