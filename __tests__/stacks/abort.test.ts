import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import type { Synthesis } from "../../offline/synthesis";
import type { PlannedChange } from "../../offline/terraform-json";
import { openWorkspace, type Workspace } from "../../offline/workspace";
import { AbortedRelocation, type RelocationProps } from "../../stacks/relocation";
import { relocation, storefront, synthesizeInto } from "./example";

const STANDBY = "storefront-standby";

let directory: string;
let standIn: StandIn;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "abort-"));
  standIn = await startStandIn();
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

/** Opens the standby stack; each time on the state that the time before left. */
async function open(synthesis: Synthesis): Promise<Workspace> {
  const workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  await workspace.init(STANDBY);
  return workspace;
}

const outdir = () => fs.mkdtempSync(path.join(directory, "out-"));

/** The aborted relocation, synthesized as its user does. */
function aborted(props: RelocationProps): Synthesis {
  const out = outdir();
  const app = new App({ outdir: out, stackTraces: false });
  const { standby } = new AbortedRelocation(app, props);
  app.synth();
  return {
    stacks: [{ name: standby.node.id, directory: path.join(out, "stacks", STANDBY), dependencies: [] }],
  };
}

const region = ({ address }: PlannedChange) => address.split(".")[1]!.split("_")[0];

test("D6: a relocation is taken back in two deploys: guards lifted, then the target goes and the source stays", async () => {
  await (await open(synthesizeInto(outdir()))).apply(STANDBY);

  const unguarded = { ...relocation, target: { ...relocation.target, deletionProtection: false } };
  const lifting = await open(synthesizeInto(outdir(), unguarded));
  const { changes: lifted } = await lifting.plan(STANDBY);
  expect(lifted.map((change) => [change.type, region(change), change.actions])).toEqual([
    ["aws_db_instance", "eu-west-1", ["update"]],
    ["aws_lb", "eu-west-1", ["update"]],
    ["aws_s3_bucket", "eu-west-1", ["update"]],
  ]);
  await lifting.apply(STANDBY);

  const leaving = await open(aborted(unguarded));
  const { changes } = await leaving.plan(STANDBY);
  const lost = changes.filter(({ actions }) => actions.includes("delete"));
  // A task definition has no other way to change: its earlier revision goes, its service takes the next one.
  expect(lost.filter((change) => region(change) === "us-east-1").map(({ type }) => type)).toEqual([
    "aws_ecs_task_definition",
  ]);
  const deleted = lost.filter((change) => region(change) === "eu-west-1").map(({ type }) => type);
  expect(deleted).toEqual(
    expect.arrayContaining(["aws_db_instance", "aws_kms_key", "aws_s3_bucket", "aws_vpc"]),
  );
  await leaving.apply(STANDBY);

  const { resources } = await leaving.state(STANDBY);
  expect(resources.filter(({ address }) => address.includes("eu-west-1"))).toEqual([]);
  const task = resources.find(({ type }) => type === "aws_ecs_task_definition")!;
  expect(task.values.container_definitions).toMatch(/orders_app@[^,/]+us-east-1[^,/]*:5432\/orders/);
  expect((await leaving.plan(STANDBY)).changes).toEqual([]);
}, 120_000);

test("fails to abort what could not be synthesized in the first place", () => {
  const workload = { ...storefront, name: "Store" };
  expect(() => aborted({ ...relocation, workload })).toThrow(
    /"Store" cannot be synthesized:\n {2}name: found/,
  );
});
