import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MANIFEST_OUTPUT, parseManifestPart } from "../../lib/manifest";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type Workspace } from "../../offline/workspace";
import { everyModuleRelocation } from "./every-module";
import { synthesizeInto } from "./example";

let directory: string;
let standIn: StandIn;
let workspace: Workspace;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "every-module-"));
  standIn = await startStandIn();
  const synthesis = synthesizeInto(path.join(directory, "out"), everyModuleRelocation);
  workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  for (const stack of workspace.stacks) {
    await workspace.init(stack);
    await workspace.apply(stack);
  }
}, 300_000);

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

test("every phase of a workload with every module plans no change once it is applied, and tells its manifest", async () => {
  for (const stack of workspace.stacks) {
    expect([stack, (await workspace.plan(stack)).changes]).toEqual([stack, []]);
    const { outputs } = await workspace.state(stack);
    expect(`shop-${parseManifestPart(outputs[MANIFEST_OUTPUT], stack).phase}`).toBe(stack);
  }
}, 300_000);

test("A4: the loss that was accepted stands in every plan, as an output and as a tag", async () => {
  const { outputs } = await workspace.state("shop-standby");
  expect(outputs.accepted_loss).toBe("reports: 60 minutes");
  const { changes } = await workspace.plan("shop-standby", { reports_snapshot: "shop-reports-last" });
  expect(changes.map(({ type, actions, after }) => [type, actions, after?.tags_all])).toContainEqual([
    "aws_db_instance",
    ["create"],
    expect.objectContaining({ "relocate:accepted-loss": "reports: 60 minutes", team: "shop" }),
  ]);
  expect(changes.filter(({ actions }) => actions.includes("delete")).map(({ type }) => type)).toEqual(
    changes.filter(({ type }) => type === "aws_ecs_task_definition").map(({ type }) => type),
  );
}, 120_000);
