import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Workload } from "../../lib/workload/workload";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan, type Workspace } from "../../offline/workspace";
import { everyModule, everyModuleRelocation } from "./every-module";
import { synthesizeInto } from "./example";
import { STATEFUL } from "./stateful";

const { orders, ledger, catalog } = everyModule.databases!;
const { mailer, billing } = everyModule.services;

/** Something of everything that follows the active side. */
const workload: Workload = {
  ...everyModule,
  databases: { orders: orders!, ledger: ledger!, catalog: catalog! },
  caches: {},
  keys: [],
  services: {
    web: {
      image: { registry: "app", tag: "1.0.0" },
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 4,
      standbyTasks: 2,
      databases: ["orders", "ledger", "catalog"],
    },
    mailer: mailer!,
    billing: { ...billing!, databases: ["orders"] },
  },
};

const PHASES = ["standby", "replication", "cutover", "decommission"];

let directory: string;
let standIn: StandIn;
let workspace: Workspace;
const forward: Record<string, StackPlan["changes"]> = {};

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "walk-"));
  standIn = await startStandIn();
  const synthesis = synthesizeInto(path.join(directory, "out"), { ...everyModuleRelocation, workload });
  workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  for (const phase of PHASES) {
    await workspace.init(`shop-${phase}`);
    forward[phase] = (await workspace.plan(`shop-${phase}`)).changes;
    await workspace.apply(`shop-${phase}`);
  }
}, 300_000);

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

/** What a plan does, one line a resource. */
const told = ({ changes }: Pick<StackPlan, "changes">) =>
  changes
    .map(
      ({ type, address, actions }) =>
        `${actions.join()} ${type} ${address.split(".")[1]!.replace(/_[^_]*$/, "")}`,
    )
    .sort();

async function expectNoChange(...phases: string[]): Promise<void> {
  for (const phase of phases) {
    expect([phase, told(await workspace.plan(`shop-${phase}`))]).toEqual([phase, []]);
  }
}

/** What turns with the active side, all in place. */
const TURN = [
  "update aws_appautoscaling_target eu-west-1_mailer_scaling",
  "update aws_appautoscaling_target us-east-1_mailer_scaling",
  "update aws_cloudfront_function global_edge_router_function",
  "update aws_cloudfrontkeyvaluestore_key global_edge_router_active",
  "update aws_route53_record global_catalog-writer_record",
  "update aws_scheduler_schedule eu-west-1_nightly_schedule",
  "update aws_scheduler_schedule us-east-1_nightly_schedule",
  "update aws_ssm_parameter eu-west-1_ledger-writer_parameter",
  "update aws_ssm_parameter us-east-1_ledger-writer_parameter",
];

test("each phase forward only makes things, and every phase before it plans no change afterwards", async () => {
  for (const phase of PHASES) {
    expect([phase, forward[phase]!.filter(({ actions }) => actions.join() !== "create")]).toEqual([
      phase,
      [],
    ]);
    expect(forward[phase]!.length).toBeGreaterThan(0);
  }
  await expectNoChange(...PHASES);
}, 120_000);

test("B6: the cutover turns all that follows the active side in one apply, in place, there and back and there again", async () => {
  for (const cutover of [true, false, true]) {
    expect(told(await workspace.plan("shop-cutover", { cutover }))).toEqual(TURN);
    await workspace.apply("shop-cutover", { cutover });
    expect(told(await workspace.plan("shop-cutover", { cutover }))).toEqual([]);
    await expectNoChange("standby", "replication", "decommission");
  }
}, 300_000);

test("B1: the TTL of the public name is lowered and raised again in place", async () => {
  for (const lower_ttl of [true, false]) {
    const variables = { cutover: true, lower_ttl };
    const { changes } = await workspace.plan("shop-cutover", variables);
    expect(told({ changes })).toEqual(
      lower_ttl ? ["update aws_route53_record global_public-name_record"] : [],
    );
    expect(changes.map(({ after }) => after?.ttl)).toEqual(lower_ttl ? [60] : []);
  }
}, 60_000);

test("C6: fails to retire the source before the way back has ended, and does nothing but take its last snapshots then", async () => {
  await expect(workspace.plan("shop-decommission", { retire_source: true })).rejects.toThrow(
    /retire_source=true is refused: \/relocate\/shop\/completion says "none"/,
  );
  standIn.cloud.update("aws_ssm_parameter", "/relocate/shop/completion", {
    insecure_value: JSON.stringify({ completedAt: "2030-01-01T00:00:00Z" }),
  });
  const { changes } = await workspace.plan("shop-decommission", { retire_source: true });
  expect(changes.filter(({ actions }) => actions.join() !== "create")).toEqual([]);
  expect(changes.map(({ type }) => type).sort()).toEqual([
    "aws_db_snapshot",
    "aws_db_snapshot",
    "aws_db_snapshot",
    "aws_db_snapshot_copy",
    "aws_db_snapshot_copy",
    "aws_db_snapshot_copy",
    "aws_lb_listener_rule",
    "aws_ssm_parameter",
  ]);
}, 60_000);

test("the way back leaves the phases before as they are, and nothing that holds data goes with it", async () => {
  await workspace.apply("shop-cutover", { cutover: false });
  for (const phase of ["cutover", "replication"]) {
    const held = (await workspace.state("shop-standby")).resources.filter(({ type }) =>
      STATEFUL.includes(type),
    );
    await workspace.destroy(`shop-${phase}`);
    const { resources } = await workspace.state("shop-standby");
    expect(resources.filter(({ type }) => STATEFUL.includes(type))).toEqual(held);
  }
  await expectNoChange("standby");
}, 120_000);
