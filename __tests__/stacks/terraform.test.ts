import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MANIFEST_OUTPUT, parseManifestPart } from "../../lib/manifest";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackState, type Workspace } from "../../offline/workspace";
import { relocation, storefront, synthesizeInto } from "./example";

let directory: string;
let standIn: StandIn;
let workspace: Workspace;
const states: Record<string, StackState> = {};

/** The four stacks, applied by the real Terraform core; the edge flips without a function. */
beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "phases-"));
  standIn = await startStandIn();
  const workload = { ...storefront, edge: { ...storefront.edge!, flip: "distribution" as const } };
  const synthesis = synthesizeInto(path.join(directory, "out"), { ...relocation, workload });
  workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  for (const stack of workspace.stacks) {
    await workspace.init(stack);
    await workspace.apply(stack);
    states[stack] = await workspace.state(stack);
  }
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The statements of each inline policy, by the role's name, as they stand in state. */
function statements(stack: string): [string, Statement[]][] {
  return states[stack]!.resources.filter(({ type }) => type === "aws_iam_role_policy").map(({ values }) => [
    values.role as string,
    (JSON.parse(values.policy as string) as { Statement: Statement[] }).Statement,
  ]);
}

test("every phase's output is a manifest as the runbook reads it", () => {
  expect(workspace.stacks).toHaveLength(4);
  for (const stack of workspace.stacks) {
    const part = parseManifestPart(states[stack]!.outputs[MANIFEST_OUTPUT], stack);
    expect(stack).toBe(`storefront-${part.phase}`);
  }
});

test("A3: a flip without a function updates the distribution in place, and nothing else", async () => {
  const { changes } = await workspace.plan("storefront-cutover", { cutover: true });
  expect(changes.map(({ type, actions }) => [type, actions])).toEqual([
    ["aws_cloudfront_distribution", ["update"]],
  ]);
});

/** With wildcards at its end alone, behind the workload's name, or behind the name that RDS gives its secrets. */
const WHOLE_ARN =
  /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:([^*]*storefront\b.*|secret:rds!(db|cluster)-\*|[^*]+[:/]\*|[^*]+)$/;

/** Actions that make nothing, or a job that can do what its own role may, and of which AWS knows no resource to name. */
const looksOnly = ({ Action }: Statement) =>
  Action.every((action) => /^([a-z0-9-]+:(Describe|Get|List)|s3:CreateJob$)/.test(action));

test("no policy allows every action, or a change of every resource, and every ARN is a whole one", () => {
  const all = [...statements("storefront-standby"), ...statements("storefront-cutover")];
  expect(all.length).toBeGreaterThan(4);
  for (const [role, found] of all) {
    for (const statement of found) {
      const { Action, Resource } = statement;
      expect([role, Action.filter((action) => action.includes("*"))]).toEqual([role, []]);
      expect([
        role,
        Resource.filter((arn) => !(arn === "*" && looksOnly(statement)) && !WHOLE_ARN.test(arn)),
      ]).toEqual([role, []]);
    }
  }
});

test("a task may read its password in either region, and no operator's", () => {
  const [, found] = statements("storefront-standby").find(([role]) => role === "storefront-web-execution")!;
  const secrets = found.filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue"));
  expect(
    secrets.flatMap(({ Resource }) => Resource).map((arn) => arn.split(":").slice(3, 7).join(" ")),
  ).toEqual([
    expect.stringMatching(/^us-east-1 \d+ secret storefront\/orders\/orders_app-/),
    expect.stringMatching(/^eu-west-1 \d+ secret storefront\/orders\/orders_app-/),
  ]);
});

test("the runbook may flip this edge and no other", () => {
  const distribution = states["storefront-cutover"]!.resources.find(
    ({ type }) => type === "aws_cloudfront_distribution",
  );
  const onlyThis = expect.objectContaining({ Resource: [distribution!.values.arn] }) as object;
  const forgetting = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"];
  expect(statements("storefront-cutover")).toEqual([
    [
      "storefront-runner-task",
      [onlyThis, expect.objectContaining({ Action: forgetting, Resource: [distribution!.values.arn] })],
    ],
    [
      "storefront-runner-task",
      [expect.objectContaining({ Action: ["application-autoscaling:RegisterScalableTarget"] })],
    ],
  ]);
});

test("no password stands in any state", () => {
  for (const { resources } of Object.values(states)) {
    for (const { type, values } of resources) {
      if (type === "aws_secretsmanager_secret_version") {
        expect([values.secret_string, values.secret_string_wo, values.secret_binary].filter(Boolean)).toEqual(
          [],
        );
      }
      if (type === "aws_db_instance")
        expect([values.password, values.password_wo].filter(Boolean)).toEqual([]);
    }
  }
});

test("C6 E5: retiring the source takes a snapshot and its copy and redirects late visitors; nothing is deleted", async () => {
  await expect(workspace.plan("storefront-decommission", { retire_source: true })).rejects.toThrow(
    /retire_source=true is refused: \/relocate\/storefront\/completion says "none"/,
  );
  standIn.cloud.update("aws_ssm_parameter", "/relocate/storefront/completion", {
    insecure_value: JSON.stringify({ completedAt: "2030-01-01T00:00:00Z" }),
  });
  const { changes } = await workspace.plan("storefront-decommission", { retire_source: true });
  expect(changes.map(({ type, actions }) => `${actions.join()} ${type}`).sort()).toEqual([
    "create aws_db_snapshot",
    "create aws_db_snapshot_copy",
    "create aws_lb_listener_rule",
    "create aws_ssm_parameter",
  ]);
  await workspace.apply("storefront-decommission", { retire_source: true });
  const { outputs } = await workspace.state("storefront-decommission");
  expect(parseManifestPart(outputs[MANIFEST_OUTPUT], "storefront-decommission")).toMatchObject({
    finalSnapshots: { orders: "storefront-orders-at-retirement-kept" },
  });
  // E5: thirty days, as a date.
  expect(outputs.late_traffic_until).toMatch(/^20\d\d-\d\d-\d\d$/);
});

test("C6: fails to take the final snapshots back", async () => {
  await expect(workspace.plan("storefront-decommission", { retire_source: false })).rejects.toThrow(
    /prevent_destroy|cannot be destroyed/,
  );
});
