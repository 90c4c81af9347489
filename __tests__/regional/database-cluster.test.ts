import { TerraformOutput, TerraformVariable } from "cdktf";
import { GlobalCluster } from "../../lib/link/global-cluster";
import { DatabaseCluster, type DatabaseClusterProps } from "../../lib/regional/database-cluster";
import { Network } from "../../lib/regional/network";
import { RegionScope } from "../../lib/scope/region-scope";
import { inRegion, inStack, type Synthesized } from "./synthesized";

const PROPS = {
  name: "storefront-orders",
  engine: "aurora-postgresql",
  engineVersion: "17.4",
  databaseName: "orders",
} as const;

const cluster = (props: Partial<DatabaseClusterProps> = {}) =>
  inRegion("us-east-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.10.0.0/16" });
    const made = new DatabaseCluster(scope, "orders", { ...PROPS, network, ...props });
    new TerraformOutput(scope, "host", { value: made.host });
  });

/** A global database of two clusters. */
const global = (secondary: Partial<DatabaseClusterProps> = {}) =>
  inStack((stack) => {
    const [source, target] = ["us-east-1", "eu-west-1"].map((region, index) => {
      const scope = new RegionScope(stack, region, { region });
      const cidr = `10.${index + 1}0.0.0/16`;
      return { scope, network: new Network(scope, "network", { name: "storefront", cidr }) };
    }) as [{ scope: RegionScope; network: Network }, { scope: RegionScope; network: Network }];
    const primary = new DatabaseCluster(source.scope, "orders", {
      ...{ ...PROPS, network: source.network, operatorPassword: "module" },
    });
    const { globalClusterId } = new GlobalCluster(source.scope, "orders-global", {
      name: "storefront-orders-global",
      primary,
    });
    new DatabaseCluster(target.scope, "orders", {
      ...{ ...PROPS, network: target.network, globalClusterId, secondaryOf: primary },
      ...secondary,
    });
  });

const settings = (made: Synthesized) => {
  const { parameter } = made.one("aws_rds_cluster_parameter_group") as {
    parameter: { name: string; value: string }[];
  };
  return Object.fromEntries(parameter.map(({ name, value }) => [name, value]));
};

test("a cluster has a writer and a reader, a key of its own, backups, and logs that end after a while", () => {
  const made = cluster();
  expect(made.one("aws_rds_cluster")).toMatchObject({
    cluster_identifier: "storefront-orders",
    storage_encrypted: true,
    kms_key_id: expect.stringMatching(/aws_kms_key/) as string,
    manage_master_user_password: true,
    copy_tags_to_snapshot: true,
    deletion_protection: true,
    skip_final_snapshot: false,
    final_snapshot_identifier: "storefront-orders-final",
    lifecycle: { prevent_destroy: true },
  });
  const instances = Object.values(made.all("aws_rds_cluster_instance"));
  expect(instances.map(({ identifier }) => identifier)).toEqual([
    "storefront-orders-1",
    "storefront-orders-2",
  ]);
  expect(instances.every((instance) => instance.publicly_accessible === false)).toBe(true);
  expect(Object.values(made.all("aws_cloudwatch_log_group")).map(({ name }) => name)).toEqual([
    "/aws/rds/cluster/storefront-orders/postgresql",
  ]);
});

test("B2: Aurora PostgreSQL replicates logically and speaks TLS only, from its first start", () => {
  const made = cluster();
  expect(made.one("aws_rds_cluster_parameter_group").family).toBe("aurora-postgresql17");
  expect(settings(made)).toMatchObject({ "rds.logical_replication": "1", "rds.force_ssl": "1" });
});

test("E1: Aurora MySQL logs rows with GTIDs, and its ids leave room for the other side's", () => {
  const made = cluster({ engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.08.0", idOffset: 2 });
  expect(made.one("aws_rds_cluster_parameter_group").family).toBe("aurora-mysql8.0");
  expect(settings(made)).toMatchObject({
    binlog_format: "ROW",
    "gtid-mode": "ON",
    auto_increment_increment: "2",
    auto_increment_offset: "2",
    server_audit_logging: "1",
  });
  expect(made.one("aws_rds_cluster")).toMatchObject({
    port: 3306,
    enabled_cloudwatch_logs_exports: ["audit", "error", "slowquery"],
  });
});

test("a global database is made from the primary, once that has an instance", () => {
  const made = global();
  expect(made.one("aws_rds_global_cluster")).toMatchObject({
    provider: "aws.us-east-1",
    global_cluster_identifier: "storefront-orders-global",
    source_db_cluster_identifier: expect.stringMatching(/aws_rds_cluster_instance/) as string,
    force_destroy: true,
    lifecycle: { prevent_destroy: true, ignore_changes: ["database_name", "source_db_cluster_identifier"] },
  });
});

test("the secondary joins it with a key of its own, and brings no names and no password", () => {
  const made = global();
  const secondary = made.one("aws_rds_cluster", "eu-west-1");
  expect(secondary).toMatchObject({
    provider: "aws.eu-west-1",
    global_cluster_identifier: expect.stringMatching(/aws_rds_global_cluster\..+\.id}$/) as string,
    // RDS refuses any other than the primary's, its minor version included.
    engine_version: expect.stringMatching(/aws_rds_cluster\.us-east-1.+\.engine_version_actual}$/) as string,
    kms_key_id: expect.stringMatching(/aws_kms_key\.eu-west-1/) as string,
  });
  for (const refused of [
    "master_username",
    "database_name",
    "master_password_wo",
    "manage_master_user_password",
  ]) {
    expect(secondary).not.toHaveProperty(refused);
  }
  expect(made.one("aws_secretsmanager_secret_version", "eu-west-1").secret_string_wo).toMatch(
    /^\$\{ephemeral\.aws_secretsmanager_secret_version\./,
  );
});

test("RDS keeps no password of a member of a global database, so the module does", () => {
  const primary = global().one("aws_rds_cluster", "us-east-1");
  expect(primary).not.toHaveProperty("manage_master_user_password");
  expect(primary.master_password_wo).toMatch(/^\$\{jsondecode\(ephemeral\..+\)\.password}$/);
});

test("a switchover outside of Terraform makes no difference on either side", () => {
  const made = global();
  for (const region of ["us-east-1", "eu-west-1"]) {
    const { lifecycle } = made.one("aws_rds_cluster", region) as { lifecycle: { ignore_changes: string[] } };
    expect(lifecycle.ignore_changes).toEqual(
      expect.arrayContaining(["global_cluster_identifier", "replication_source_identifier"]),
    );
  }
});

test("a cluster that is restored from a snapshot is not there before there is one, nor are its instances", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    const snapshot = new TerraformVariable(scope, "snapshot", { default: "" });
    const restored = new DatabaseCluster(scope, "orders", {
      ...{ ...PROPS, network, restoreFrom: snapshot.stringValue },
    });
    new TerraformOutput(scope, "host", { value: restored.host });
  });
  const counted = ["aws_rds_cluster", "aws_rds_cluster_instance"].flatMap((type) =>
    Object.values(made.all(type)),
  );
  expect(counted.map(({ count }) => count)).toEqual(
    Array(3).fill(expect.stringMatching(/^\$\{length\(compact\(\[var\./)),
  );
  expect(made.one("aws_rds_cluster")).not.toHaveProperty("database_name");
  // The provider restores without it, and would show a difference for ever after.
  expect((made.one("aws_rds_cluster").lifecycle as { ignore_changes: string[] }).ignore_changes).toContain(
    "iam_database_authentication_enabled",
  );
  const [host] = Object.values(made.json.output ?? {}) as { value: string }[];
  expect(host?.value).toMatch(/^\$\{join\("", aws_rds_cluster\..+\[\*]\.endpoint\)}$/);
});

test("a cluster that is managed elsewhere is read, not made", () => {
  const made = inRegion("us-east-1", (scope) => {
    const existing = DatabaseCluster.fromExisting(scope, "orders", {
      identifier: "legacy",
      securityGroupId: "sg-1",
      engine: "aurora-mysql",
    });
    expect(existing).toMatchObject({ engine: "aurora-mysql", port: 3306 });
    new TerraformOutput(scope, "host", { value: existing.host });
  });
  expect(made.all("aws_rds_cluster")).toEqual({});
  expect(made.one("data.aws_rds_cluster").cluster_identifier).toBe("legacy");
});

test("an adopted cluster keeps its key, subnets, master user and clients", () => {
  const made = cluster({ importId: "storefront-orders" });
  expect(made.all("aws_kms_key")).toEqual({});
  expect(made.one("aws_rds_cluster")).toMatchObject({
    kms_key_id: expect.stringMatching(/data\.aws_rds_cluster/) as string,
    master_username: expect.stringMatching(/data\.aws_rds_cluster/) as string,
    vpc_security_group_ids: expect.stringMatching(/distinct\(concat\(/) as string,
  });
});

test("an adopted cluster keeps its minor version, and gets the password that the module has made up for it", () => {
  const adopted = cluster({
    importId: "storefront-orders",
    engineVersion: "17",
    operatorPassword: "module",
  }).one("aws_rds_cluster");
  expect(adopted.engine_version).toMatch(/startswith\(data\.aws_rds_cluster\..+\.engine_version, "17\."\)/);
  expect((adopted.lifecycle as { ignore_changes: string[] }).ignore_changes).not.toContain(
    "master_password_wo_version",
  );
});

test("fails on a version that Aurora does not write so", () => {
  expect(() => cluster({ engine: "aurora-mysql", engineVersion: "8.4.3" })).toThrow(
    /us-east-1\/orders: engineVersion: found "8.4.3", expected a version of aurora-mysql such as "8\.0\.mysql_aurora.*Fix:/,
  );
});

test("fails on half a membership of a global database, and on a secondary of another version", () => {
  expect(() => cluster({ globalClusterId: "storefront-orders-global" })).toThrow(
    /globalClusterId: found one of "globalClusterId" and "secondaryOf", expected both or none/,
  );
  expect(() => global({ engineVersion: "16.6" })).toThrow(
    /eu-west-1\/orders: secondaryOf: found a database of version "17.4", expected "16.6"/,
  );
});
