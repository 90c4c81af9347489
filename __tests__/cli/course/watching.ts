import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../../runbook/journal";
import { APPLICATION, OPERATOR } from "../../runbook/clusters";
import { traces } from "../../runbook/plans/course";
import { type CourseGround, DATABASE } from "./ground";

/** The log that the source keeps, until it is given up, and the beginning anew. */
export function watching(ground: CourseGround): void {
  test("B3: watch warns of log that the source's disk cannot spare, and in a dry run drops nothing", async () => {
    await ground.clusters.target.as("postgres", DATABASE, (client) =>
      client.query("ALTER SUBSCRIPTION relocate_to_target DISABLE"),
    );
    await ground.clusters.source.as(OPERATOR, DATABASE, (client) =>
      client.query(
        "SELECT pg_logical_emit_message(false, 'filling', repeat('x', 1048576)) FROM generate_series(1, 12)",
      ),
    );
    const dry = ground.run("watch", "--every", "60s", "--warn", "1MiB", "--stop", "8MiB", "--dry-run");
    await dry.printed("dry run: would drop on the source: relocate_to_target_orders");
    // Its terminal is closed.
    dry.child.stdout?.destroy();
    dry.child.kill("SIGHUP");
    expect((await dry.ended).code).toBe(129);

    const warned = await ground.run("watch", "--warn", "8MiB", "--stop", "1GiB").ended;
    expect(warned.stderr).toMatch(
      / orders: slot relocate_to_target_orders keeps \d+ MiB of log.*; it is stopped at 1024 MiB\n/,
    );
    expect(warned).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("nothing was dropped") as string,
    });
  });

  test("B3: watch drops it unless another operator is at work; the source serves on, and it begins anew", async () => {
    const held = await openJournal(join(ground.directory, "held.jsonl"));
    const busy = await ground.run("watch", "--stop", "8MiB", "--warn", "1MiB", "--journal", "held.jsonl")
      .ended;
    await held.close();
    expect(busy).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not dropped now: .*another operator is at work/) as string,
    });

    const stopped = await ground.run("watch", "--every", "1s", "--warn", "1MiB", "--stop", "8MiB", "--json")
      .ended;
    expect({ code: stopped.code, ...(JSON.parse(stopped.stdout) as object) }).toMatchObject({
      code: 4,
      dropped: ["relocate_to_target_orders"],
      next: [expect.stringContaining("relocate abort"), expect.stringContaining("relocate start")],
    });
    await ground.clusters.source.as(APPLICATION, DATABASE, async (client) => {
      await client.query("INSERT INTO shop.orders (key) VALUES ('served on')");
      const { rows } = await client.query(
        "SELECT FROM pg_replication_slots WHERE slot_name LIKE 'relocate%'",
      );
      expect(rows).toEqual([]);
    });
    expect(await ground.status()).toMatchObject({
      phase: "replicating",
      next: [expect.stringContaining("relocate abort")],
    });
  });

  test("D6: abort leaves nothing, the post-mortem can be had of it, and start begins anew", async () => {
    const { next } = await ground.plan("abort", "--yes");
    expect(next).toEqual([expect.stringContaining("relocate start")]);
    expect([
      await traces(ground.clusters, "source", DATABASE),
      await traces(ground.clusters, "target", DATABASE),
    ]).toEqual([[], []]);
    const { code } = await ground.run("status", "--post-mortem", "so-far.md").ended;
    expect(code).toBe(0);
    expect(readFileSync(join(ground.directory, "so-far.md"), "utf8")).toMatch(
      /Runs: .*start done.*, watch done, abort done\./,
    );
    await ground.plan("start");
  });
}
