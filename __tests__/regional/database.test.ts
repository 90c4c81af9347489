import { TerraformOutput } from "cdktf";
import { Database, type DatabaseProps } from "../../lib/regional/database";
import { DatabaseCredentials } from "../../lib/regional/database-credentials";
import { Network } from "../../lib/regional/network";
import { inPlainStack, inRegion } from "./synthesized";

const database = (props: Partial<DatabaseProps> = {}) =>
  inRegion("us-east-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.10.0.0/16" });
    new Database(scope, "orders", {
      name: "storefront-orders",
      network,
      engineVersion: "18",
      databaseName: "orders",
      ...props,
    });
  });

const credentials = (read: (credentials: DatabaseCredentials) => string = (one) => one.arnIn("us-east-1")) =>
  inRegion("us-east-1", (scope) => {
    const made = new DatabaseCredentials(scope, "credentials", {
      name: "storefront-orders-application",
      region: "us-east-1",
      replicaRegion: "eu-west-1",
    });
    new TerraformOutput(scope, "arn", { value: read(made) });
  });

test("B2: a database replicates logically and speaks TLS only, from its first start", () => {
  const made = database();
  const group = made.one("aws_db_parameter_group");
  expect(group.family).toBe("postgres18");
  const parameters = group.parameter as { name: string; value: string; apply_method: string }[];
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ "rds.logical_replication": "1", "rds.force_ssl": "1" });
  expect(Number(values.max_worker_processes)).toBeGreaterThan(Number(values.max_logical_replication_workers));
  expect(Number(values.max_wal_senders)).toBeGreaterThanOrEqual(Number(values.max_replication_slots));
  expect(new Set(parameters.map((parameter) => parameter.apply_method))).toEqual(new Set(["pending-reboot"]));
  expect(made.one("aws_db_instance").parameter_group_name).toMatch(/aws_db_parameter_group/);
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
    multi_az: true,
  });
  expect(instance.kms_key_id).toMatch(/aws_kms_key\..+\.arn/);
  expect(instance.backup_retention_period).toBeGreaterThanOrEqual(7);
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
    });
    new TerraformOutput(scope, "host", { value: existing.host });
    new TerraformOutput(scope, "secret", { value: existing.operatorSecretArn });
  });
  expect(made.all("aws_db_instance")).toEqual({});
  expect(made.one("data.aws_db_instance").db_instance_identifier).toBe("legacy");
  const outputs = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(outputs[0]?.value).toMatch(/\.address}$/);
  expect(outputs[1]?.value).toMatch(/\.master_user_secret\[0\]\.secret_arn}$/);
});

test("fails on an identifier that RDS refuses, with the form it takes", () => {
  expect(() => database({ name: "Storefront--orders" })).toThrow(
    /us-east-1\/orders: the database name "Storefront--orders" is not of the form AWS takes: lower-case.*Fix: change "name"/s,
  );
  expect(() => database({ name: "o".repeat(64) })).toThrow(/has 64 characters, AWS takes 63 at most/);
});

test("the application's password is made up during the apply and never stands in plan or state", () => {
  const made = credentials();
  const version = made.one("aws_secretsmanager_secret_version");
  expect(version).not.toHaveProperty("secret_string");
  const passwords = made.json.ephemeral?.aws_secretsmanager_random_password as object;
  const [id] = Object.keys(passwords);
  expect(version.secret_string_wo).toBe(
    `\${ephemeral.aws_secretsmanager_random_password.${id}.random_password}`,
  );
  expect(Object.values(passwords)).toEqual([
    { provider: "aws.us-east-1", password_length: 40, exclude_punctuation: true },
  ]);
});

test("the password is readable in each region under an ARN of that region", () => {
  expect(credentials().one("aws_secretsmanager_secret").replica).toEqual([{ region: "eu-west-1" }]);
  const outputOf = (region: string) => {
    const outputs = Object.values(credentials((one) => one.arnIn(region)).json.output ?? {}) as {
      value: string;
    }[];
    return outputs[0]?.value;
  };
  const primary = outputOf("us-east-1");
  expect(primary).toMatch(/^\$\{aws_secretsmanager_secret_version\..+\.secret_id}$/);
  expect(outputOf("eu-west-1")).toBe(`\${replace(${primary?.slice(2, -1)}, ":us-east-1:", ":eu-west-1:")}`);
});

test("fails when the password is asked for in a third region", () => {
  expect(() => credentials((one) => one.arnIn("ap-south-1"))).toThrow(
    /us-east-1\/credentials: there is no copy of this secret in ap-south-1, only in us-east-1 and eu-west-1/,
  );
});

test("credentials work without the scopes: the ephemeral password then takes the stack's one provider", () => {
  const made = inPlainStack((stack) => {
    new DatabaseCredentials(stack, "credentials", {
      name: "orders-application",
      region: "us-east-1",
      replicaRegion: "eu-west-1",
    });
  });
  const passwords = made.json.ephemeral?.aws_secretsmanager_random_password as object;
  expect(Object.values(passwords)).toEqual([{ password_length: 40, exclude_punctuation: true }]);
});

test("storage grows to five times as much, and no further than RDS goes", () => {
  const most = (storageGib?: number) => database({ storageGib }).one("aws_db_instance").max_allocated_storage;
  expect(most()).toBe(500);
  expect(most(20_000)).toBe(65_536);
});

test("fails with every value that RDS would refuse in the middle of an apply", () => {
  const wrong = () => database({ databaseName: "order", operatorRole: "rdsadmin", storageGib: 10 });
  expect(wrong).toThrow(/us-east-1\/orders: databaseName: found "order", a reserved word.*Fix: change/);
  expect(wrong).toThrow(/us-east-1\/orders: operatorRole: found "rdsadmin".*Fix: change/);
  expect(wrong).toThrow(
    /us-east-1\/orders: storageGib: found 10, expected a whole number from 20.*Fix: change/,
  );
});
