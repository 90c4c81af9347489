import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { Database } from "../../lib/regional/database";
import { DatabaseCluster } from "../../lib/regional/database-cluster";
import { Network } from "../../lib/regional/network";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan, type StackState, type Workspace } from "../../offline/workspace";

const STACK = "databases";
/** Not where the stand-in's provider would turn by itself. */
const REGION = "eu-west-1";
const NAMES = { carts: "legacy-carts", orders: "legacy-orders" };

let directory: string;
let standIn: StandIn;
let standing: StackState;
let adopting: StackPlan;
let reading: StackState;

/** A region's databases: new ones, those that stand taken over, or those read. */
function build(stack: TerraformStack, how: "new" | "adopted" | "read"): void {
  const scope = new RegionScope(stack, REGION, { region: REGION });
  if (how === "read") {
    const securityGroupId = "sg-1";
    const carts = { identifier: NAMES.carts, securityGroupId, engine: "mysql" } as const;
    const orders = { identifier: NAMES.orders, securityGroupId };
    new TerraformOutput(stack, "carts", { value: { ...Database.fromExisting(scope, "carts", carts) } });
    new TerraformOutput(stack, "orders", {
      value: { ...DatabaseCluster.fromExisting(scope, "orders", orders) },
    });
    return;
  }
  const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
  const adopted = how === "adopted";
  new Database(scope, "carts", {
    ...{ name: NAMES.carts, network, databaseName: "carts", engine: "mysql", engineVersion: "8.4" },
    // Whoever made it called them otherwise.
    operatorRole: adopted ? undefined : "admin",
    importId: adopted ? NAMES.carts : undefined,
  });
  new DatabaseCluster(scope, "orders", {
    ...{ name: NAMES.orders, network, engine: "aurora-postgresql", engineVersion: "17.4" },
    databaseName: adopted ? "renamed" : "orders",
    importId: adopted ? NAMES.orders : undefined,
  });
}

async function open(how: "new" | "adopted" | "read"): Promise<Workspace> {
  const outdir = path.join(directory, how);
  const app = new App({ outdir });
  build(new TerraformStack(app, STACK), how);
  app.synth();
  const stack = { name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] };
  const opened = await openWorkspace({
    synthesis: { stacks: [stack] },
    directory: path.join(directory, `workspace-${how}`),
    standIn,
  });
  await opened.init(STACK);
  return opened;
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "databases-"));
  standIn = await startStandIn();
  const made = await open("new");
  await made.apply(STACK);
  standing = await made.state(STACK);
  adopting = await (await open("adopted")).plan(STACK);
  const read = await open("read");
  await read.apply(STACK);
  reading = await read.state(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const standingOne = (type: string) => standing.resources.find((one) => one.type === type)!.values;

test("D3: databases that stand are taken over in the region of the scope, and keep key, names and subnets", () => {
  const { resource_changes: all } = adopting.json as {
    resource_changes: {
      type: string;
      change: { actions: string[]; importing?: { id: string }; after: Record<string, unknown> };
    }[];
  };
  const imported = all.filter(({ change }) => change.importing);
  expect(imported.map(({ type, change }) => [type, change.importing?.id, change.actions])).toEqual([
    ["aws_db_instance", NAMES.carts, ["update"]],
    ["aws_rds_cluster", NAMES.orders, ["update"]],
  ]);
  for (const { type, change } of imported) {
    const { kms_key_id, db_subnet_group_name } = standingOne(type);
    expect(change.after).toMatchObject({ kms_key_id, db_subnet_group_name, region: REGION });
  }
  expect(imported[0]?.change.after.username).toBe("admin");
  expect(imported[1]?.change.after.database_name).toBe("orders");
});

test("databases that stay managed elsewhere are read: hosts, keys, and the operator's secret", () => {
  const { carts, orders } = reading.outputs as Record<string, Record<string, unknown>>;
  const instance = standingOne("aws_db_instance");
  expect(carts).toMatchObject({
    host: instance.address,
    arn: instance.arn,
    kmsKeyArn: instance.kms_key_id,
    operatorRole: "admin",
  });
  const cluster = standingOne("aws_rds_cluster");
  expect(orders).toMatchObject({ host: cluster.endpoint, arn: cluster.arn, operatorRole: "runbook" });
  const secrets = [instance, cluster].map(
    ({ master_user_secret: kept }) => (kept as { secret_arn: string }[])[0]?.secret_arn,
  );
  expect([carts?.operatorSecretArn, orders?.operatorSecretArn]).toEqual(secrets);
});
