import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { REPLACES } from "../../offline/replaces";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { synthesize, type Synthesis } from "../../offline/synthesis";
import { openWorkspace, type StackPlan, type StackState, type Workspace } from "../../offline/workspace";

const PROJECT = path.join(__dirname, "..", "..");
const CUTOVER = "storefront-cutover";

/** Types that hold data, or a key or name that others hold on to: none may lack an entry. */
const HOLD_DATA =
  /^aws_(db_(instance|snapshot|snapshot_copy)|s3_bucket|dynamodb_table|kms_key|secretsmanager_secret(_version)?|ssm_parameter|cloudwatch_log_group|cloudfront_(distribution|key_value_store)|eip|vpc)$/;

let directory: string;
let standIn: StandIn;
let synthesis: Synthesis;
let workspace: Workspace;
const first = new Map<string, StackPlan>();
const second = new Map<string, StackPlan>();
const states = new Map<string, StackState>();

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
  standIn = await startStandIn();
  const { app } = JSON.parse(fs.readFileSync(path.join(PROJECT, "cdktf.json"), "utf8")) as { app: string };
  synthesis = await synthesize({ app, directory: PROJECT, output: path.join(directory, "synthesized") });
  workspace = await openWorkspace({ synthesis, directory: path.join(directory, "workspace"), standIn });
  for (const stack of workspace.stacks) {
    await workspace.init(stack);
    await workspace.validate(stack);
    first.set(stack, await workspace.plan(stack));
    await workspace.apply(stack);
    second.set(stack, await workspace.plan(stack));
    states.set(stack, await workspace.state(stack));
  }
}, 120_000);

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const touched = ({ changes }: StackPlan) => changes.map(({ type, actions }) => [type, ...actions]).sort();
const resources = () => [...states.values()].flatMap((state) => state.resources);

test("A1: the four phase stacks init, validate, plan and apply; a second plan says no changes", () => {
  expect([...workspace.stacks].sort()).toEqual(
    ["cutover", "decommission", "replication", "standby"].map((phase) => `storefront-${phase}`),
  );
  expect(workspace.stacks[0]).toBe("storefront-standby");
  for (const stack of workspace.stacks) {
    const actions = first.get(stack)?.changes.flatMap((change) => change.actions);
    expect([stack, new Set(actions)]).toEqual([stack, new Set(["create"])]);
    expect([stack, second.get(stack)]).toMatchObject([stack, { changes: [], outputs: [], empty: true }]);
  }
});

test("A1: both regions hold a database, a service, a load balancer and a bucket of their own", () => {
  for (const type of ["aws_db_instance", "aws_ecs_service", "aws_lb", "aws_s3_bucket"]) {
    const found = states.get("storefront-standby")?.resources.filter((one) => one.type === type) ?? [];
    const regions = found.map(({ values }) => values.region).sort();
    expect([type, [...new Set(regions)]]).toEqual([type, ["eu-west-1", "us-east-1"]]);
  }
});

test("A3: flipping the cutover variable, and back, updates the router and its key in place, and nothing stateful", async () => {
  const flip = await workspace.plan(CUTOVER, { cutover: true });
  expect(touched(flip)).toEqual([
    ["aws_cloudfront_function", "update"],
    ["aws_cloudfrontkeyvaluestore_key", "update"],
  ]);
  expect(flip.changes.filter(({ type }) => REPLACES[type]?.stateful)).toEqual([]);
  await workspace.apply(CUTOVER, { cutover: true });
  expect((await workspace.plan(CUTOVER, { cutover: true })).empty).toBe(true);
  expect(touched(await workspace.plan(CUTOVER))).toEqual(touched(flip));
  await workspace.apply(CUTOVER);
  expect((await workspace.plan(CUTOVER)).empty).toBe(true);
});

test("A3: when the runbook has written what the flip would write, the deploy afterwards plans no change", async () => {
  const { changes } = await workspace.plan(CUTOVER, { cutover: true });
  for (const { type, before, after } of changes) {
    const name = type === "aws_cloudfront_function" ? "code" : "value";
    standIn.cloud.update(type, String(before?.id), { [name]: String(after?.[name]) });
  }
  expect((await workspace.plan(CUTOVER, { cutover: true })).empty).toBe(true);
});

test("every type that the stacks manage says what replaces it, and those that hold data are marked so", () => {
  const types = [
    ...new Set(resources().flatMap(({ mode, type }) => (mode === "managed" ? [type] : []))),
  ].sort();
  expect(types.length).toBeGreaterThan(30);
  expect(types.filter((type) => !REPLACES[type])).toEqual([]);
  expect(types.filter((type) => HOLD_DATA.test(type) && !REPLACES[type]?.stateful)).toEqual([]);
});

test("no password stands in a state", () => {
  const secrets = ["password", "password_wo", "random_password", "secret_string", "secret_string_wo"];
  const found = resources().flatMap(({ address, values }) =>
    secrets.filter((name) => (values[name] ?? null) !== null).map((name) => `${address}.${name}`),
  );
  expect(found).toEqual([]);
});

test("Terraform leaves nothing beside the synthesized stacks", () => {
  const beside = synthesis.stacks.flatMap((stack) => fs.readdirSync(stack.directory));
  expect(beside.filter((name) => /tfstate|\.terraform|^plan$/.test(name))).toEqual([]);
});
