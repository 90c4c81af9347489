import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan, type StackState, type Workspace } from "../../offline/workspace";
import { replicated, SNAPSHOT_VARIABLE } from "./replication";

const STACK = "replicated";
const SNAPSHOT = { [SNAPSHOT_VARIABLE]: "storefront-reports-final" };

let directory: string;
let standIn: StandIn;
let first: StackState;
let again: StackPlan;
let restoring: StackPlan;
let restored: StackState;
let afterRestore: StackPlan;
let switched: StackPlan;
let alone: StackPlan;

async function open(name: string, withSource: boolean): Promise<Workspace> {
  const outdir = path.join(directory, name);
  const app = new App({ outdir });
  replicated(new TerraformStack(app, STACK), withSource);
  app.synth();
  const stack = { name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] };
  const opened = await openWorkspace({
    synthesis: { stacks: [stack] },
    directory: path.join(directory, "workspace"),
    standIn,
  });
  await opened.init(STACK);
  return opened;
}

/** ARN of the one resource whose address has the part. */
const arnOf = ({ resources }: StackState, part: string) =>
  String(resources.find(({ address }) => address.includes(part))?.values.arn);

/** What RDS shows of a replica that the runbook has promoted. */
function promote(state: StackState): void {
  standIn.cloud.update("aws_db_instance", arnOf(state, "eu-west-1_carts_instance"), {
    replicate_source_db: "",
  });
}

/** What RDS shows of a global database that the runbook has switched over. */
function switchOver(state: StackState): void {
  const [old, active] = ["us-east-1", "eu-west-1"].map((region) =>
    arnOf(state, `${region}_orders_cluster`),
  ) as [string, string];
  const globalId = { global_cluster_identifier: "storefront-orders-global" };
  standIn.cloud.update("aws_rds_cluster", old, { ...globalId, replication_source_identifier: active });
  standIn.cloud.update("aws_rds_cluster", active, { ...globalId, replication_source_identifier: "" });
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "replicated-"));
  standIn = await startStandIn();
  const both = await open("both", true);
  await both.validate(STACK);
  await both.apply(STACK);
  first = await both.state(STACK);
  again = await both.plan(STACK);
  restoring = await both.plan(STACK, SNAPSHOT);
  await both.apply(STACK, SNAPSHOT);
  restored = await both.state(STACK);
  afterRestore = await both.plan(STACK, SNAPSHOT);
  promote(restored);
  switchOver(restored);
  switched = await both.plan(STACK, SNAPSHOT);
  alone = await (await open("alone", false)).plan(STACK, SNAPSHOT);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const text = (arn: unknown) => standIn.cloud.secretText(String(arn));

test("every strategy that AWS carries out applies in one go, and then shows no changes", () => {
  expect(again.changes).toEqual([]);
  expect(afterRestore.changes).toEqual([]);
});

test("the operator's password is the same on both sides, in a secret of each region, and in no state", () => {
  const arn = String(first.outputs["carts-operator"]);
  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:/);
  const { username, password } = JSON.parse(text(arn)!) as { username: string; password: string };
  expect(username).toBe("runbook");
  expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
  const original = first.resources.find(
    ({ type, address }) => type === "aws_secretsmanager_secret" && /us-east-1_carts_operator/.test(address),
  );
  expect(text(original?.values.arn)).toBe(text(arn));
  expect(JSON.stringify(first.resources)).not.toContain(password);
});

test("A4: a database of strategy snapshot is not there before the snapshot, and is made by naming it", () => {
  expect(first.outputs["reports-host"]).toBe("");
  // The secret is there beforehand, so that policies can name it.
  expect(first.outputs["reports-operator"]).toMatch(/^arn:aws:secretsmanager:eu-west-1:/);
  expect(
    restoring.changes.map(({ address, actions }) => [address.replace(/_[0-9A-F]{8}/, ""), actions]),
  ).toEqual([["aws_db_instance.eu-west-1_reports_instance[0]", ["create"]]]);
  expect(restored.outputs["reports-host"]).toMatch(
    /^storefront-reports\..+\.eu-west-1\.rds\.amazonaws\.com$/,
  );
});

test("a promotion and a switchover outside of Terraform make no difference to it", () => {
  expect(switched.changes).toEqual([]);
});

test("what is left when the source has been given up is the target, unchanged", () => {
  const target = alone.changes.filter(({ address }) => address.includes("eu-west-1"));
  expect(target).toEqual([]);
  const gone = alone.changes.filter(({ actions }) => actions.includes("delete"));
  expect(gone.map(({ address }) => address)).toEqual(
    expect.arrayContaining([expect.stringMatching(/aws_rds_cluster\.us-east-1_orders_cluster/)]),
  );
});

test("fails to plan the loss of what was restored when its snapshot is no longer named", async () => {
  const both = await open("unnamed", true);
  await expect(both.plan(STACK)).rejects.toThrow(/Instance cannot be destroyed.*prevent_destroy/s);
});
