import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { describeTask } from "../../../runbook/aws/ecs-task";
import { OPERATOR } from "../../runbook/clusters";
import { traces } from "../../runbook/plans/course";
import { REGIONS } from "../cloud-parts";
import { relocate } from "../relocate";
import { playContainer } from "../runner-container";
import { type CourseGround, DATABASE } from "./ground";

/** From the first look until both sides are equal. */
export function beginning(ground: CourseGround): void {
  test("C1 B10: preflight lists what it looked at, and writes the inventory", async () => {
    const { code, stdout } = await ground.run("preflight", "--json").ended;
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
    const inventory = readFileSync(join(ground.directory, "cli-shop-inventory.md"), "utf8");
    expect(inventory).toMatch(/\| orders \| cli-shop-orders \| postgres \|.* db\.m5\.large \| 100 \|/);
    expect(inventory).toMatch(/\| mailer \| worker \|.* 1 to 4 tasks \|/);
    expect(inventory).toContain("calls go out from 192.0.2.2");
  });

  test("D6: Ctrl-C in the middle takes everything back, and a second operator is told who is at work", async () => {
    await ground.clusters.source.as(OPERATOR, DATABASE, async (client) => {
      // The gate's trigger cannot be made as long as this is held.
      await client.query("BEGIN; LOCK TABLE shop.orders IN SHARE ROW EXCLUSIVE MODE");
      const first = ground.run("start");
      await first.printed("Every table asks its gate ...");
      const second = await ground.run("start").ended;
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
    expect(await traces(ground.clusters, "source", DATABASE)).toEqual([]);
  });

  test("D2: start prints each step, and the exact next command", async () => {
    const { stderr, next } = await ground.plan("start");
    expect(stderr).toMatch(/✓ Both sides can be replicated \([\d.]+ m?s\)/);
    expect(next).toEqual([
      `relocate verify --outputs ${ground.cloud.outputs} --ca-file ${ground.cloud.authority}`,
    ]);
  });

  test("status shows phase, active side, edge and jobs, and what to do next", async () => {
    expect(await ground.status()).toMatchObject({
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
    const shared = ["--outputs", ground.cloud.outputs];
    const own = relocate(
      ["run-in-aws", ...shared, "--json", "--", "status"],
      ground.cloud.environment,
      ground.directory,
    );
    // The image brings the authority along.
    const played = playContainer(ground.cloud.clients, ground.cloud.workload, (words, variables) =>
      relocate(words, { ...ground.cloud.environment, ...variables }, ground.directory),
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
    const shared = ["--outputs", ground.cloud.outputs];
    const first = relocate(
      ["run-in-aws", ...shared, "--", "watch", "--every", "60s"],
      ground.cloud.environment,
    );
    await first.printed("eu-west-1: task ");
    first.child.kill("SIGHUP");
    const left = await first.ended;
    const [, arn = ""] = /eu-west-1: task (\S+)/.exec(left.stderr) ?? [];
    expect(left).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`relocate run-in-aws --follow ${arn} --outputs`) as string,
    });
    const second = relocate(["run-in-aws", ...shared, "--follow", arn], ground.cloud.environment);
    await second.printed("eu-west-1: task ");
    second.child.kill("SIGINT");
    expect((await second.ended).stderr).toContain("stopping it there");
    const name = { cluster: ground.cloud.parts.replication.runner.cluster, arn };
    expect(await describeTask(ground.cloud.clients.in("ecs", REGIONS.target), name)).toMatchObject({
      status: "STOPPED",
      reason: "Ctrl-C of whoever started it",
    });
  });

  test("verify finds both sides equal", async () => {
    expect(await ground.run("verify").ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("equal") as string,
    });
  });

  test("verify names the row that is not the same", async () => {
    // As rows of another origin they are not sent on, so the difference stays.
    await ground.clusters.target.as("postgres", DATABASE, async (client) => {
      await client.query(
        "SELECT pg_replication_origin_create('stray'), pg_replication_origin_session_setup('stray')",
      );
      await client.query("SET session_replication_role = replica");
      await client.query("INSERT INTO shop.\"Odd name\" (id, note) VALUES (4711, 'stray')");
      const { code, stdout, stderr } = await ground.run("verify").ended;
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
}
