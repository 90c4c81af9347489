import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import type { Synthesis } from "../../offline/synthesis";
import { openWorkspace, type PlannedChange, type Workspace } from "../../offline/workspace";
import { CompletedRelocation, type RelocationProps } from "../../stacks/relocation";
import type { Workload } from "../../lib/workload/workload";
import { everyModule, everyModuleRelocation } from "./every-module";
import { synthesizeInto } from "./example";
import { STATEFUL } from "./stateful";

const { orders, invoices, catalog, search } = everyModule.databases!;
const { sessions, prices } = everyModule.caches!;
const { mailer, billing } = everyModule.services;

/** Of every way in which the target's data comes from the source one. */
const workload: Workload = {
  ...everyModule,
  databases: { orders: orders!, invoices: invoices!, catalog: catalog!, search: search! },
  caches: { sessions: sessions!, prices: prices! },
  services: {
    web: {
      image: { registry: "app", tag: "1.0.0" },
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      databases: ["orders", "invoices", "catalog", "search"],
      caches: ["sessions", "prices"],
      secrets: { PAYMENT_KEY: "payment" },
      keys: ["personal"],
    },
    mailer: mailer!,
    billing: { ...billing!, databases: ["orders"] },
  },
};
const relocation: RelocationProps = {
  ...everyModuleRelocation,
  workload,
  source: { ...everyModuleRelocation.source, deletionProtection: false },
};

/** From the target to a third region, with what is independent of the first one by now. */
const onward: RelocationProps = {
  ...relocation,
  source: {
    ...relocation.target,
    adopt: {
      keys: { personal: "mrk-1234abcd12ab34cd56ef1234567890ab" },
      secrets: { payment: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/payment-AbCdEf" },
    },
  },
  target: { region: "ap-south-1", cidr: "10.30.0.0/16" },
  follows: relocation,
};

let directory: string;
let standIn: StandIn;

const outdir = () => fs.mkdtempSync(path.join(directory, "out-"));

/** Opens stacks; each time on the state that the time before left. */
async function open(synthesis: Synthesis): Promise<Workspace> {
  const workspace = await openWorkspace({ synthesis, directory: path.join(directory, "work"), standIn });
  for (const stack of workspace.stacks) await workspace.init(stack);
  return workspace;
}

/** The completed relocation, synthesized as its user does. */
function completed(): Synthesis {
  const out = outdir();
  const app = new App({ outdir: out, stackTraces: false });
  const { stacks } = new CompletedRelocation(app, relocation);
  app.synth();
  return {
    stacks: stacks.map((stack) => ({
      name: stack.node.id,
      directory: path.join(out, "stacks", stack.node.id),
      dependencies: stack.dependencies.map((dependency) => dependency.node.id),
    })),
  };
}

/** Types and regions of what a plan does something to, each once. */
const told = (changes: readonly PlannedChange[], action: string) => [
  ...new Set(
    changes
      .filter(({ actions }) => actions.includes(action))
      .map((change) => `${change.type}.${region(change)}`)
      .sort(),
  ),
];

const region = ({ address }: PlannedChange) => address.split(".")[1]!.split("_")[0];
const lost = (changes: readonly PlannedChange[]) =>
  changes.filter(({ actions }) => actions.includes("delete"));

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "completed-"));
  standIn = await startStandIn();
  const before = await open(synthesizeInto(outdir(), relocation));
  for (const phase of ["standby", "replication"]) await before.apply(`shop-${phase}`);
  await before.apply("shop-cutover", { cutover: true });
  await before.apply("shop-decommission");
}, 300_000);

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true });
});

test("C6: fails to plan without the source before both proofs stand", async () => {
  const workspace = await open(completed());
  for (const phase of ["standby", "cutover", "decommission"]) {
    await expect(workspace.plan(`shop-${phase}`)).rejects.toThrow(/final-backup/);
  }
}, 60_000);

describe("once both proofs stand", () => {
  let workspace: Workspace;
  const planned: Record<string, readonly PlannedChange[]> = {};

  beforeAll(async () => {
    standIn.cloud.update("aws_ssm_parameter", "/relocate/shop/completion", {
      insecure_value: JSON.stringify({ completedAt: "2030-01-01T00:00:00Z" }),
    });
    const before = await open(synthesizeInto(outdir(), relocation));
    await before.apply("shop-decommission", { retire_source: true });
    await before.destroy("shop-replication");
    workspace = await open(completed());
    for (const phase of ["standby", "cutover", "decommission"]) {
      planned[phase] = (await workspace.plan(`shop-${phase}`)).changes;
      await workspace.apply(`shop-${phase}`);
    }
  }, 300_000);

  test("C6: the source's databases, caches, buckets and network go, and of the target nothing that holds data changes", () => {
    const gone = lost(planned.standby!).filter((change) => region(change) === "us-east-1");
    expect(
      [...new Set(gone.map(({ type }) => type).filter((type) => STATEFUL.includes(type)))].sort(),
    ).toEqual([
      "aws_db_instance",
      "aws_ecr_repository",
      "aws_elasticache_global_replication_group",
      "aws_elasticache_replication_group",
      "aws_kms_key",
      "aws_lb",
      "aws_rds_cluster",
      "aws_rds_global_cluster",
      "aws_s3_bucket",
      "aws_secretsmanager_secret",
      "aws_sesv2_email_identity",
      "aws_sqs_queue",
      "aws_vpc",
    ]);
    const touched = Object.values(planned)
      .flat()
      .filter((change) => region(change) === "eu-west-1" && STATEFUL.includes(change.type));
    // A cache that leaves its global datastore gets parameters of its own.
    expect(touched.map(({ type, actions }) => [type, actions])).toEqual([
      ["aws_elasticache_replication_group", ["update"]],
    ]);
    // A task definition has no other way to change: its earlier revision goes, its service takes the next one.
    expect(
      new Set(
        lost(planned.standby!)
          .filter((change) => region(change) === "eu-west-1")
          .map(({ type }) => type),
      ),
    ).toEqual(new Set(["aws_ecs_task_definition"]));
  });

  test("the primaries of the target's keys and secrets stay in the source's region", async () => {
    const { resources } = await workspace.state("shop-standby");
    const left = resources.filter(({ address, mode }) => mode === "managed" && address.includes("us-east-1"));
    expect(left.map(({ type }) => type).sort()).toEqual([
      "aws_kms_alias",
      "aws_kms_key",
      "aws_secretsmanager_secret",
    ]);
  });

  test("the edge has one origin, the workers and schedules of the target run, and what was kept is kept", async () => {
    const cutover = (await workspace.state("shop-cutover")).resources;
    const one = (type: string) =>
      cutover.filter((resource) => resource.type === type).map(({ values }) => values);
    expect(one("aws_cloudfront_distribution")[0]!.origin).toEqual([
      expect.objectContaining({ origin_id: "eu-west-1" }),
    ]);
    expect(one("aws_appautoscaling_target")).toEqual([
      expect.objectContaining({ min_capacity: 2, max_capacity: 6 }),
    ]);
    expect(one("aws_scheduler_schedule")).toEqual([expect.objectContaining({ state: "ENABLED" })]);
    expect(lost(planned.decommission!).map(({ type }) => type)).toEqual(
      expect.not.arrayContaining(STATEFUL.filter((type) => type !== "aws_vpc")),
    );
  });

  test("its tasks go straight to their own database", async () => {
    const { resources } = await workspace.state("shop-standby");
    const [web] = resources.filter(
      ({ type, address }) => type === "aws_ecs_task_definition" && address.includes("_web_"),
    );
    expect(web!.values.container_definitions).toMatch(/orders_app@[^,/]+eu-west-1[^,/]*:5432\/orders/);
    expect(web!.values.container_definitions).toMatch(/catalog_app@[^,/]+eu-west-1[^,/]*:3306\/catalog/);
    expect(web!.values.container_definitions).not.toMatch(/us-east-1\.rds/);
  });

  test("every stack plans no change afterwards", async () => {
    for (const stack of workspace.stacks) {
      expect([stack, (await workspace.plan(stack)).changes]).toEqual([stack, []]);
    }
  }, 60_000);

  test("the next relocation takes the target for its source: what was left behind is forgotten, and nothing that holds data goes", async () => {
    const next = await open(synthesizeInto(outdir(), onward));
    const { changes } = await next.plan("shop-standby");
    expect(told(changes, "forget")).toEqual([
      "aws_kms_alias.us-east-1",
      "aws_kms_key.us-east-1",
      // It is the primary now, and adopted as such.
      "aws_kms_replica_key.eu-west-1",
      "aws_secretsmanager_secret.us-east-1",
    ]);
    expect(told(changes, "delete")).toEqual(["aws_ecs_task_definition.eu-west-1"]);
    await next.apply("shop-standby");
    await next.apply("shop-replication");
    expect(lost((await next.plan("shop-cutover")).changes)).toEqual([]);

    const { changes: kept } = await next.plan("shop-decommission");
    expect(told(kept, "forget")).toEqual(
      expect.arrayContaining([
        "aws_backup_vault.us-east-1",
        "aws_db_cluster_snapshot.us-east-1",
        "aws_db_snapshot.us-east-1",
        "aws_db_snapshot_copy.us-east-1",
        "aws_kms_key.us-east-1",
        "aws_rds_cluster_snapshot_copy.us-east-1",
        "aws_s3_bucket.eu-west-1",
      ]),
    );
    // The proof of the retirement before, which is none of the next one; and a lock's days change by another lock.
    expect(told(kept, "delete")).toEqual([
      "aws_backup_vault_lock_configuration.eu-west-1",
      "aws_ssm_parameter.eu-west-1",
    ]);
  }, 300_000);
});
