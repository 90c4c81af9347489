import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { REPLACES } from "../../offline/replaces";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { synthesize, type Synthesis } from "../../offline/synthesis";
import { openWorkspace, type StackPlan, type Workspace } from "../../offline/workspace";

const PROJECT = path.join(__dirname, "..", "..");
const CUTOVER = "storefront-cutover";

/** The example's types that hold data, or a key or name that others hold on to; none may lack an entry. */
const HOLD_DATA =
  /^aws_(db_(instance|snapshot|snapshot_copy)|s3_bucket|dynamodb_table|kms_key|secretsmanager_.*|cloudwatch_log_group|cloudfront_(distribution|key_value_store)|eip|vpc)$/;

let directory: string;
let standIn: StandIn;
let synthesis: Synthesis;
let workspace: Workspace;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
  standIn = await startStandIn();
  const app = (JSON.parse(fs.readFileSync(path.join(PROJECT, "cdktf.json"), "utf8")) as { app: string }).app;
  synthesis = await synthesize({ app, directory: PROJECT, output: path.join(directory, "synthesized") });
  workspace = await openWorkspace({ synthesis, directory: path.join(directory, "workspace"), standIn });
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function applyAll(): Promise<void> {
  for (const stack of workspace.stacks) {
    await workspace.init(stack);
    await workspace.validate(stack);
    await workspace.apply(stack);
  }
}

const touched = ({ changes }: StackPlan) => changes.map(({ type, actions }) => [type, ...actions]);

test("A1: the four phase stacks init, validate, plan and apply; a second plan says no changes", async () => {
  expect([...workspace.stacks].sort()).toEqual(
    ["cutover", "decommission", "replication", "standby"].map((phase) => `storefront-${phase}`),
  );
  expect(workspace.stacks[0]).toBe("storefront-standby");
  for (const stack of workspace.stacks) {
    await workspace.init(stack);
    await workspace.validate(stack);
    const plan = await workspace.plan(stack);
    expect(plan.changes.length).toBeGreaterThan(0);
    expect(new Set(plan.changes.flatMap(({ actions }) => actions))).toEqual(new Set(["create"]));
    await workspace.apply(stack);
    expect([stack, await workspace.plan(stack)]).toMatchObject([
      stack,
      { changes: [], outputs: [], empty: true },
    ]);
  }
});

test("A3: flipping the cutover variable, and back, updates the router and its key in place, and nothing stateful", async () => {
  await applyAll();
  const flip = await workspace.plan(CUTOVER, { cutover: true });
  expect(touched(flip).sort()).toEqual([
    ["aws_cloudfront_function", "update"],
    ["aws_cloudfrontkeyvaluestore_key", "update"],
  ]);
  expect(flip.changes.filter(({ type }) => REPLACES[type]?.stateful)).toEqual([]);
  await workspace.apply(CUTOVER, { cutover: true });
  expect((await workspace.plan(CUTOVER, { cutover: true })).empty).toBe(true);
  const back = await workspace.plan(CUTOVER);
  expect(touched(back).sort()).toEqual(touched(flip).sort());
  await workspace.apply(CUTOVER);
  expect((await workspace.plan(CUTOVER)).empty).toBe(true);
});

test("A3: when the runbook has written what the flip would write, the deploy afterwards plans no change", async () => {
  await applyAll();
  const { changes } = await workspace.plan(CUTOVER, { cutover: true });
  for (const { type, before, after } of changes) {
    const name = type === "aws_cloudfront_function" ? "code" : "value";
    standIn.cloud.update(type, String(before?.id), { [name]: String(after?.[name]) });
  }
  expect((await workspace.plan(CUTOVER, { cutover: true })).empty).toBe(true);
});

test("every type that the stacks manage says what replaces it, and those that hold data are marked so", async () => {
  await applyAll();
  const states = await Promise.all(workspace.stacks.map((stack) => workspace.state(stack)));
  const managed = states.flatMap(({ resources }) => resources.filter(({ mode }) => mode === "managed"));
  const types = [...new Set(managed.map(({ type }) => type))].sort();
  expect(types.filter((type) => !REPLACES[type])).toEqual([]);
  expect(types.filter((type) => HOLD_DATA.test(type) && !REPLACES[type]?.stateful)).toEqual([]);
});

test("no password stands in a plan or state, and no stack needs anything but its own directory", async () => {
  await applyAll();
  for (const stack of workspace.stacks) {
    const { resources } = await workspace.state(stack);
    for (const { address, values } of resources) {
      for (const name of [
        "password",
        "secret_string",
        "secret_string_wo",
        "password_wo",
        "random_password",
      ]) {
        expect([address, name, values[name] ?? null]).toEqual([address, name, null]);
      }
    }
  }
  const outside = synthesis.stacks
    .flatMap((stack) => fs.readdirSync(stack.directory))
    .filter((name) => /tfstate|\.terraform/.test(name));
  expect(outside).toEqual([]);
});
