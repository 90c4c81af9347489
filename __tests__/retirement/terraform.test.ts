import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, Fn, TerraformCount, TerraformOutput, TerraformStack, TerraformVariable, Token } from "cdktf";
import { BackupRole } from "../../lib/global/backup-role";
import { Completion, completionParameter } from "../../lib/link/completion";
import { ArchiveBucket } from "../../lib/retirement/archive-bucket";
import { BackupVault } from "../../lib/retirement/backup-vault";
import { CrossRegionBackup } from "../../lib/retirement/cross-region-backup";
import { FinalBackup, finalBackupParameter } from "../../lib/retirement/final-backup";
import { finalSnapshot } from "../../lib/retirement/final-snapshot";
import { LateTraffic } from "../../lib/retirement/late-traffic";
import { retirementGuard } from "../../lib/retirement/retirement-guard";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type Workspace } from "../../offline/workspace";

const SOURCE = "us-east-1";
const TARGET = "eu-west-1";
const ACCOUNT = "123456789012";
const WORKLOAD = "storefront";
const RETIRE = { retire_source: true };

let directory: string;
let standIn: StandIn;
let workspace: Workspace;

function replication(app: App): void {
  const stack = new TerraformStack(app, "replication");
  new Completion(new RegionScope(stack, TARGET, { region: TARGET }), "completion", { workload: WORKLOAD });
}

function decommission(app: App): void {
  const stack = new TerraformStack(app, "decommission");
  const retire = new TerraformVariable(stack, "retire_source", { type: "bool", default: false });
  const count = TerraformCount.of(Token.asNumber(Fn.conditional(retire.value, 1, 0)));
  const source = new RegionScope(stack, SOURCE, { region: SOURCE });
  const target = new RegionScope(stack, TARGET, { region: TARGET });
  const global = new GlobalScope(stack, "global");

  const completedAt = retirementGuard(target, "guard", {
    workload: WORKLOAD,
    proof: "completion",
    refused: "retire_source=true",
    when: retire.stringValue,
  });
  new ArchiveBucket(target, "archive", { name: "storefront-archive", region: TARGET });
  const vaults = [source, target].map(
    (scope) => new BackupVault(scope, "backup", { name: WORKLOAD, keepDays: scope === source ? 7 : 365 }),
  );
  const [vault, copyTo] = vaults as [BackupVault, BackupVault];
  const databaseArn = `arn:aws:rds:${SOURCE}:${ACCOUNT}:db:storefront-orders`;
  const role = new BackupRole(global, "backup", {
    name: "storefront-backup",
    account: ACCOUNT,
    regions: [SOURCE, TARGET],
    databaseArns: [databaseArn],
    bucketArns: ["arn:aws:s3:::storefront-uploads"],
    vaultArns: vaults.map(({ arn }) => arn),
    keyArns: vaults.map(({ kmsKeyArn }) => kmsKeyArn),
  });
  new CrossRegionBackup(source, "backup-plan", {
    name: WORKLOAD,
    vault,
    copyTo,
    roleArn: role.roleArn,
    resourceArns: [databaseArn, "arn:aws:s3:::storefront-uploads"],
  });
  const common = { kmsKeyArn: vault.kmsKeyArn, count };
  const orders = finalSnapshot(source, "orders", {
    ...common,
    identifier: "storefront-orders",
    snapshot: "storefront-orders-before-retirement",
  });
  const carts = finalSnapshot(source, "carts", {
    ...common,
    engine: "aurora-mysql",
    identifier: "storefront-carts",
    snapshot: "storefront-carts-before-retirement",
  });
  const late = new LateTraffic(source, "late-traffic", {
    listenerArn: `arn:aws:elasticloadbalancing:${SOURCE}:${ACCOUNT}:listener/app/storefront/1/2`,
    publicName: "shop.example.com",
    count,
  });
  new TerraformOutput(stack, "until", { value: late.until, staticId: true });
  new FinalBackup(target, "final-backup", {
    workload: WORKLOAD,
    completedAt,
    snapshots: { orders, carts },
    count,
  });
}

/** What a stack without the source plans behind. */
function standby(app: App): void {
  const target = new RegionScope(new TerraformStack(app, "standby"), TARGET, { region: TARGET });
  retirementGuard(target, "guard", {
    workload: WORKLOAD,
    proof: "final-backup",
    refused: "Removing the source",
  });
}

function parameter(name: string) {
  const found = standIn.cloud.find("aws_ssm_parameter").find((one) => one.name === name);
  return { arn: found?.arn as string, text: found?.insecure_value as string };
}

function complete(): void {
  const { arn } = parameter(completionParameter(WORKLOAD));
  const proof = JSON.stringify({ completedAt: "2030-01-01T00:00:00Z" });
  standIn.cloud.update("aws_ssm_parameter", arn, { insecure_value: proof, value: proof });
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "retirement-"));
  standIn = await startStandIn();
  const outdir = path.join(directory, "out");
  const app = new App({ outdir, stackTraces: false });
  for (const build of [replication, decommission, standby]) build(app);
  app.synth();
  const stacks = ["replication", "decommission", "standby"].map((name) => ({
    name,
    directory: path.join(outdir, "stacks", name),
    dependencies: [],
  }));
  workspace = await openWorkspace({
    synthesis: { stacks },
    directory: path.join(directory, "work"),
    standIn,
  });
  for (const { name } of stacks) await workspace.init(name);
  await workspace.apply("replication");
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

test("C6: vaults, plan and archive come before the source is retired, and applying again changes nothing", async () => {
  await workspace.apply("decommission");
  const { resources } = await workspace.state("decommission");
  const types = new Set(resources.map(({ type }) => type));
  expect(types).toContain("aws_backup_selection");
  expect(types).not.toContain("aws_db_snapshot");
  expect((await workspace.plan("decommission")).changes).toEqual([]);
});

test("fails to plan retirement, and a stack without the source, before the way back has ended", async () => {
  await expect(workspace.plan("decommission", RETIRE)).rejects.toThrow(
    /retire_source=true is refused: \/relocate\/storefront\/completion says "none".*Fix: let relocate complete/s,
  );
  await expect(workspace.plan("standby")).rejects.toThrow(/final-backup/);
});

test("C6: what the runbook wrote is no drift, and lets retirement take the last snapshots", async () => {
  complete();
  expect((await workspace.plan("replication")).changes).toEqual([]);
  const { changes } = await workspace.plan("decommission", RETIRE);
  expect(changes.map(({ type, actions }) => `${actions.join()} ${type}`).sort()).toEqual([
    "create aws_db_cluster_snapshot",
    "create aws_db_snapshot",
    "create aws_db_snapshot_copy",
    "create aws_lb_listener_rule",
    "create aws_rds_cluster_snapshot_copy",
    "create aws_ssm_parameter",
  ]);
  await workspace.apply("decommission", RETIRE);
  expect(JSON.parse(parameter(finalBackupParameter(WORKLOAD)).text)).toEqual({
    completedAt: "2030-01-01T00:00:00Z",
    snapshots: {
      orders: "storefront-orders-before-retirement-kept",
      carts: "storefront-carts-before-retirement-kept",
    },
  });
  expect((await workspace.plan("decommission", RETIRE)).changes).toEqual([]);
  expect((await workspace.plan("standby")).changes).toEqual([]);
});

test("E5: the forwarder says from which day on the load balancer may go", async () => {
  const { outputs } = await workspace.state("decommission");
  const until = new Date(`${String(outputs.until)}T00:00:00Z`).getTime();
  const days = (until - Date.now()) / (24 * 3600 * 1000);
  expect(days).toBeGreaterThan(28);
  expect(days).toBeLessThanOrEqual(30);
});

test("fails to take the last snapshots back", async () => {
  await expect(workspace.plan("decommission")).rejects.toThrow(/cannot be destroyed.*prevent_destroy/s);
});
