import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openJournal } from "../../runbook/journal";
import { describeService } from "../../runbook/aws/ecs-service";
import { describeTask } from "../../runbook/aws/ecs-task";
import { readParameter } from "../../runbook/aws/parameter";
import { readScaling } from "../../runbook/aws/task-scaling";
import { EMULATOR_TIMEOUT } from "../runbook/aws/emulators/emulator";
import { APPLICATION, OPERATOR, startClusters, stopClusters, type Clusters } from "../runbook/clusters";
import { migrateBoth, openSides, traces } from "../runbook/plans/course";
import { openCloud, type Cloud } from "./cloud";
import { REGIONS } from "./cloud-parts";
import { planResult } from "./plan-result";
import { relocate, type Run } from "./relocate";
import { playContainer } from "./runner-container";

const DATABASE = "orders";

let clusters: Clusters;
let cloud: Cloud;
let directory: string;
/** All that was ever printed. */
let printed = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "relocate-cli-runbook-"));
  clusters = await startClusters();
  await migrateBoth(clusters, DATABASE);
  cloud = await openCloud("cli-shop", clusters, [DATABASE]);
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  await cloud?.close();
  await stopClusters(clusters);
});

function run(...args: string[]): Run {
  const shared = ["--outputs", cloud.outputs, "--ca-file", cloud.authority];
  const started = relocate([...args, ...shared], cloud.environment, directory);
  void started.ended.then(({ stdout, stderr }) => (printed += stdout + stderr));
  return started;
}

/** Runs a plan's command to its end. */
async function plan(...args: string[]) {
  const { code, stdout, stderr } = await run(...args, "--json").ended;
  const found = planResult.parse(JSON.parse(stdout));
  // What was printed tells why, when it is not as it should be.
  expect({ code, cause: found.cause, stderr: found.outcome === "done" ? "" : stderr }).toEqual({
    ...{ code: 0, cause: undefined, stderr: "" },
  });
  return { ...found, stderr };
}

async function status() {
  const { code, stdout } = await run("status", "--json").ended;
  return { code, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

// Each test goes on where the one before it has left the relocation.
describe("the runbook, from the command line", () => {
  test("C1 B10: preflight lists what it looked at, and writes the inventory", async () => {
    const { code, stdout } = await run("preflight", "--json").ended;
    const found = z
      .looseObject({
        blocks: z.literal(0),
        warns: z.number(),
        files: z.array(z.string()),
        checks: z.array(
          z.strictObject({
            where: z.string(),
            id: z.string(),
            title: z.string(),
            findings: z.array(
              z.strictObject({ severity: z.enum(["blocks", "warns", "note"]), text: z.string() }),
            ),
          }),
        ),
      })
      .parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(found.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["identity", "instances", "services", "quotas", "mail", "ttl", "drift"]),
    );
    const inventory = readFileSync(join(directory, "cli-shop-inventory.md"), "utf8");
    expect(inventory).toMatch(/\| orders \| cli-shop-orders \| postgres \|.* db\.m5\.large \| 100 \|/);
    expect(inventory).toMatch(/\| mailer \| worker \|.* 1 to 4 tasks \|/);
    expect(inventory).toContain("calls go out from 192.0.2.2");
  });

  test("D6: Ctrl-C in the middle takes everything back, and a second operator is told who is at work", async () => {
    await clusters.source.as(OPERATOR, DATABASE, async (client) => {
      // The gate's trigger cannot be made as long as this is held.
      await client.query("BEGIN; LOCK TABLE shop.orders IN SHARE ROW EXCLUSIVE MODE");
      const first = run("start");
      await first.printed("Every table asks its gate ...");
      const second = await run("start").ended;
      expect(second.code).toBe(5);
      expect(second.stderr).toMatch(
        /cli-shop: another operator is at work: .* \(process \d+\) on .*, since /,
      );
      first.child.kill("SIGINT");
      await first.printed("interrupted: taking back what was begun");
      await client.query("ROLLBACK");
      const { code, stderr } = await first.ended;
      expect(stderr).toContain("Every table asks its gate: taken back");
      expect(code).toBe(130);
    });
    expect(await traces(clusters, "source", DATABASE)).toEqual([]);
  });

  test("D2: start prints each step, and the exact next command", async () => {
    const { stderr, next } = await plan("start");
    expect(stderr).toMatch(/✓ Both sides can be replicated \([\d.]+ m?s\)/);
    expect(next).toEqual([`relocate verify --outputs ${cloud.outputs} --ca-file ${cloud.authority}`]);
  });

  test("status shows phase, active side, edge and jobs, and what to do next", async () => {
    expect(await status()).toMatchObject({
      code: 0,
      phase: "replicating",
      next: [expect.stringContaining("relocate verify ")],
      databases: [{ name: DATABASE, active: "source", target: { reachable: true, gate: { open: false } } }],
      edge: { names: "source", sightings: [{ side: "source" }] },
      jobs: [
        { name: "mailer", kind: "worker", source: "on", target: "off" },
        { name: "nightly", kind: "schedule", source: "on", target: "off" },
      ],
    });
  });

  test("run-in-aws runs a command in the runner's task, and hands over what it printed", async () => {
    const shared = ["--outputs", cloud.outputs];
    const own = relocate(["run-in-aws", ...shared, "--json", "--", "status"], cloud.environment, directory);
    // The image brings the authority along.
    const played = playContainer(cloud.clients, cloud.workload, (words, variables) =>
      relocate(words, { ...cloud.environment, ...variables }, directory),
    );
    const { code, stdout, stderr } = await own.ended;
    await played;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('"phase":') as string });
    expect(JSON.parse(stdout)).toMatchObject({
      command: "run-in-aws",
      ran: ["status"],
      taskExitCode: 0,
      result: { command: "status", phase: "replicating" },
    });
  });

  test("run-in-aws leaves the task running when its terminal is closed, takes it up again, and stops it at Ctrl-C", async () => {
    const shared = ["--outputs", cloud.outputs];
    const first = relocate(["run-in-aws", ...shared, "--", "watch", "--every", "60s"], cloud.environment);
    await first.printed("eu-west-1: task ");
    first.child.kill("SIGHUP");
    const left = await first.ended;
    const [, arn = ""] = /eu-west-1: task (\S+)/.exec(left.stderr) ?? [];
    expect(left).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`relocate run-in-aws --follow ${arn} --outputs`) as string,
    });
    const second = relocate(["run-in-aws", ...shared, "--follow", arn], cloud.environment);
    await second.printed("eu-west-1: task ");
    second.child.kill("SIGINT");
    expect((await second.ended).stderr).toContain("stopping it there");
    const name = { cluster: cloud.parts.replication.runner.cluster, arn };
    expect(await describeTask(cloud.clients.in("ecs", REGIONS.target), name)).toMatchObject({
      status: "STOPPED",
      reason: "Ctrl-C of whoever started it",
    });
  });

  test("verify finds both sides equal", async () => {
    expect(await run("verify").ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("equal") as string,
    });
  });

  test("verify names the row that is not the same", async () => {
    // As rows of another origin they are not sent on, so the difference stays.
    await clusters.target.as("postgres", DATABASE, async (client) => {
      await client.query(
        "SELECT pg_replication_origin_create('stray'), pg_replication_origin_session_setup('stray')",
      );
      await client.query("SET session_replication_role = replica");
      await client.query("INSERT INTO shop.\"Odd name\" (id, note) VALUES (4711, 'stray')");
      const { code, stdout, stderr } = await run("verify").ended;
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: expect.stringContaining("extra on the target: ") as string,
        stderr: expect.stringContaining("✗ orders") as string,
      });
      expect(stdout).toMatch(/shop\."Odd name": different\n +extra on the target: id = '4711'/);
      await client.query('DELETE FROM shop."Odd name" WHERE id = 4711');
      await client.query("SELECT pg_replication_origin_session_reset(), pg_replication_origin_drop('stray')");
    });
  });

  test("B3: watch warns of log that the source's disk cannot spare, and in a dry run drops nothing", async () => {
    await clusters.target.as("postgres", DATABASE, (client) =>
      client.query("ALTER SUBSCRIPTION relocate_to_target DISABLE"),
    );
    await clusters.source.as(OPERATOR, DATABASE, (client) =>
      client.query(
        "SELECT pg_logical_emit_message(false, 'filling', repeat('x', 1048576)) FROM generate_series(1, 12)",
      ),
    );
    const dry = run("watch", "--every", "60s", "--warn", "1MiB", "--stop", "8MiB", "--dry-run");
    await dry.printed("dry run: would drop on the source: relocate_to_target_orders");
    // Its terminal is closed.
    dry.child.stdout?.destroy();
    dry.child.kill("SIGHUP");
    expect((await dry.ended).code).toBe(129);

    const warned = await run("watch", "--warn", "8MiB", "--stop", "1GiB").ended;
    expect(warned.stderr).toMatch(
      / orders: slot relocate_to_target_orders keeps \d+ MiB of log.*; it is stopped at 1024 MiB\n/,
    );
    expect(warned).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("nothing was dropped") as string,
    });
  });

  test("B3: watch drops it unless another operator is at work; the source serves on, and it begins anew", async () => {
    const held = await openJournal(join(directory, "held.jsonl"));
    const busy = await run("watch", "--stop", "8MiB", "--warn", "1MiB", "--journal", "held.jsonl").ended;
    await held.close();
    expect(busy).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not dropped now: .*another operator is at work/) as string,
    });

    const stopped = await run("watch", "--every", "1s", "--warn", "1MiB", "--stop", "8MiB", "--json").ended;
    expect({ code: stopped.code, ...(JSON.parse(stopped.stdout) as object) }).toMatchObject({
      code: 4,
      dropped: ["relocate_to_target_orders"],
      next: [expect.stringContaining("relocate abort"), expect.stringContaining("relocate start")],
    });
    await clusters.source.as(APPLICATION, DATABASE, async (client) => {
      await client.query("INSERT INTO shop.orders (key) VALUES ('served on')");
      const { rows } = await client.query(
        "SELECT FROM pg_replication_slots WHERE slot_name LIKE 'relocate%'",
      );
      expect(rows).toEqual([]);
    });
    expect(await status()).toMatchObject({
      phase: "replicating",
      next: [expect.stringContaining("relocate abort")],
    });
  });

  test("D6: abort leaves nothing, the post-mortem can be had of it, and start begins anew", async () => {
    const { next } = await plan("abort", "--yes");
    expect(next).toEqual([expect.stringContaining("relocate start")]);
    expect([await traces(clusters, "source", DATABASE), await traces(clusters, "target", DATABASE)]).toEqual([
      [],
      [],
    ]);
    const { code } = await run("status", "--post-mortem", "so-far.md").ended;
    expect(code).toBe(0);
    expect(readFileSync(join(directory, "so-far.md"), "utf8")).toMatch(
      /Runs: .*start done.*, watch done, abort done\./,
    );
    await plan("start");
  });

  test("a dry run of the cutover touches nothing", async () => {
    const { code, stdout } = await run("cutover", "--dry-run").ended;
    expect(code).toBe(0);
    expect(stdout).toContain("the point of no return");
    expect(await openSides(clusters, DATABASE)).toEqual(["source"]);
    expect(await cloud.activeOrigin()).toBe(REGIONS.source);
  });

  test("A3 B4 B6 B7: cutover moves databases, edge and jobs, with the target at full capacity and every object there", async () => {
    const there = await plan("cutover", "--yes");
    expect(there.stderr).toContain("the point of no return is behind");
    expect(there.next[0]).toBe(
      "cdktf deploy cli-shop-cutover --ignore-missing-stack-dependencies --var cutover=true   # plans no change",
    );
    expect(await openSides(clusters, DATABASE)).toEqual(["target"]);
    expect(await cloud.activeOrigin()).toBe(REGIONS.target);
    expect(await tasksOnTarget()).toEqual({ minTasks: 1, maxTasks: 4, kept: false });
    expect(there.steps.find(({ id }) => id === "capacity")).toMatchObject({
      observations: { "web.tasks": 3 },
    });
    const { cluster, service } = cloud.parts.standby.services.web!.target;
    const web = await describeService(cloud.clients.in("ecs", REGIONS.target), { cluster, service });
    expect(web.running).toBe(3);
    expect(there.steps.find(({ id }) => id === "buckets-final")).toMatchObject({
      observations: { "uploads.objects": 2, "uploads.lacking": 0, "uploads.extra": 0 },
    });
  });

  test("watch leaves the source's slots alone while the target is the writer", async () => {
    const { code, stdout, stderr } = await run("watch", "--warn", "0.001MiB", "--stop", "0.001MiB").ended;
    expect(stderr).toContain("(the source is not the writer: nothing is dropped)");
    expect(stdout).toContain("nothing was dropped");
    expect(code).toBe(0);
  });

  test("status tells the way back that is open", async () => {
    expect(await status()).toMatchObject({
      phase: "switched",
      wayBack: expect.stringContaining("rollback") as string,
    });
  });

  test("D7: rollback moves them back", async () => {
    await plan("rollback");
    expect(await openSides(clusters, DATABASE)).toEqual(["source"]);
    expect(await cloud.activeOrigin()).toBe(REGIONS.source);
    expect(await tasksOnTarget()).toEqual({ minTasks: 0, maxTasks: 0, kept: false });
  });

  test("a cutover after a rollback is like the first one", async () => {
    await plan("cutover", "--yes");
    expect(await openSides(clusters, DATABASE)).toEqual(["target"]);
  });

  test("C6: complete writes the proof, and the post-mortem with the real timeline", async () => {
    const { next } = await plan("complete", "--yes");
    expect(next[0]).toContain("cdktf deploy cli-shop-decommission");
    const ssm = cloud.clients.in("parameters", REGIONS.target);
    expect(await readParameter(ssm, cloud.parts.replication.completionParameter)).toMatch(/completedAt/);
    expect(readFileSync(join(directory, "cli-shop-post-mortem.md"), "utf8")).toContain("cli-shop");
  });

  test("status tells that there is no way back any more", async () => {
    expect(await status()).toMatchObject({ phase: "completed", wayBack: "none" });
  });

  test("no secret was ever printed", () => {
    const password = String(clusters.source.config(OPERATOR, DATABASE).password);
    expect(printed.length).toBeGreaterThan(10_000);
    expect(printed).not.toContain(password);
  });

  const tasksOnTarget = () =>
    readScaling(
      cloud.clients.in("autoScaling", REGIONS.target),
      cloud.parts.cutover.workers.mailer!.target.resourceId,
    );
});

describe("a side that cannot be reached", () => {
  afterEach(() => {
    cloud.parts.standby.databases[DATABASE]!.target.port = clusters.target.port;
    cloud.write();
  });

  test("status tells the rest, and ends with 1 where that leaves the phase open", async () => {
    cloud.parts.standby.databases[DATABASE]!.target.port = 1;
    cloud.write();
    const found = await status();
    expect(found).toMatchObject({
      code: 1,
      databases: [
        {
          source: { reachable: true },
          target: { reachable: false, why: expect.stringContaining("localhost:1") as string },
        },
      ],
    });
  });

  test("fails to start, and lists it as a finding", async () => {
    cloud.parts.standby.databases[DATABASE]!.target.port = 1;
    cloud.write();
    const { code, stdout } = await run("preflight", "--json").ended;
    expect(code).toBe(5);
    expect(stdout).toContain("the operator cannot log in to the target");
  });
});
