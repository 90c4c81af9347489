import { TerraformOutput, TerraformVariable } from "cdktf";
import { Database, type DatabaseProps } from "../../lib/regional/database";
import { Network } from "../../lib/regional/network";
import { database, pair, PROPS } from "./databases";
import { inRegion } from "./synthesized";

test("a replica follows the other region's instance by ARN, under a key and with parameters of its own", () => {
  const made = pair((primary) => ({ replicaOf: primary }));
  const replica = made.one("aws_db_instance", "eu-west-1");
  // Given up after the provider's 40 minutes it would be tainted, and guarded against being replaced.
  expect(replica.timeouts).toMatchObject({ create: "12h" });
  expect(replica.replicate_source_db).toMatch(/aws_db_instance\.us-east-1_orders_instance_.+\.arn/);
  expect(replica.kms_key_id).toMatch(/aws_kms_key\.eu-west-1/);
  expect(replica.parameter_group_name).toMatch(/aws_db_parameter_group\.eu-west-1/);
  // RDS and the provider refuse each of these for a replica.
  for (const refused of [
    "username",
    "db_name",
    "password_wo",
    "manage_master_user_password",
    "allocated_storage",
  ]) {
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
  // Asked for either, RDS refuses what is older or smaller than the snapshot, and leaves a tainted instance behind.
  for (const own of ["engine_version", "allocated_storage"]) expect(instance).not.toHaveProperty(own);
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
  // AWS refuses to make those a second time that are there.
  expect(made.all("aws_cloudwatch_log_group")).toEqual({});
  expect(instance.kms_key_id).toMatch(/data\.aws_db_instance\..+\.kms_key_id/);
  expect(instance.username).toMatch(/data\.aws_db_instance\..+\.master_username/);
  expect(instance.vpc_security_group_ids).toMatch(
    /distinct\(concat\(\[aws_security_group\..+\.id], data\.aws_db_instance\..+\.vpc_security_groups\)\)/,
  );
  const [imported] = made.json.import as unknown as { id: string; to: string }[];
  expect(imported?.id).toBe("storefront-orders");
});

test("an adopted instance is asked for nothing that RDS refuses of one that stands", () => {
  const adopted = (props: Partial<DatabaseProps> = {}) =>
    database({ importId: "storefront-orders", ...props }).one("aws_db_instance");
  const instance = adopted();
  expect(instance.engine_version).toMatch(
    /^\$\{startswith\((data\.aws_db_instance\..+\.engine_version), "18\."\) \? \1 : "18"}$/,
  );
  expect(instance.max_allocated_storage).toMatch(/data\.aws_db_instance\..+\.max_allocated_storage/);
  for (const kept of [
    "allocated_storage",
    "master_user_secret_kms_key_id",
    "performance_insights_kms_key_id",
  ]) {
    expect(instance).not.toHaveProperty(kept);
  }
  expect(adopted({ engineVersion: "17.4", storageGib: 200 })).toMatchObject({
    engine_version: "17.4",
    allocated_storage: 200,
    max_allocated_storage: 1000,
  });
});

test("an adopted instance gets the password that the module has made up for it, and a new one no second time", () => {
  const ignored = (importId?: string) =>
    (
      database({ operatorPassword: "module", importId }).one("aws_db_instance").lifecycle as {
        ignore_changes: string[];
      }
    ).ignore_changes;
  expect(ignored("storefront-orders")).not.toContain("password_wo_version");
  expect(ignored()).toContain("password_wo_version");
});

test("what is restored may have its password kept by RDS too", () => {
  const made = database({ restoreFrom: "orders-last", operatorPassword: "rds" });
  const outputs = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(outputs[0]?.value).toMatch(
    /^\$\{join\("", aws_db_instance\..+\[\*]\.master_user_secret\[0]\.secret_arn\)}$/,
  );
  const { ignore_changes: ignored } = made.one("aws_db_instance").lifecycle as { ignore_changes: string[] };
  expect(ignored).toEqual(expect.arrayContaining(["username", "db_name", "kms_key_id"]));
});

test("D6: only a replica whose guards are off goes without a final snapshot, because RDS takes none of it", () => {
  const skipped = (deletionProtection: boolean) =>
    pair((primary) => ({ replicaOf: primary, deletionProtection })).one("aws_db_instance", "eu-west-1")
      .skip_final_snapshot;
  expect([skipped(true), skipped(false)]).toEqual([false, true]);
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
