import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { physicalSwitch } from "../../../runbook/postgres/physical-switch";
import { HOLD_LIMITS } from "../../../runbook/postgres/write-switch";
import { APPLICATION, migrate, OPERATOR, startCluster, type Clusters } from "../clusters";
import { catalogPicture } from "./catalog-picture";
import { openSides, traces } from "./course";
import { startedReplicated, startReplicated, type Replicated } from "./replicated";

const limits = { olderTransactions: 500, steadyLag: 20 };

describe("a replica that becomes the writer", () => {
  let replicated: Replicated | undefined;
  afterEach(async () => {
    await replicated?.stop();
    replicated = undefined;
  });

  const follows = (clusters: Clusters): Promise<boolean> =>
    clusters.target.as("postgres", "postgres", async (client) => {
      const { rows } = await client.query<{ follows: boolean }>("SELECT pg_is_in_recovery() AS follows");
      return rows[0]?.follows ?? false;
    });
  const promoted = (clusters: Clusters): Promise<unknown> =>
    clusters.target.as("postgres", "postgres", (client) => client.query("SELECT pg_promote()"));

  test("A5, B4: is promoted under the fence; rollback and a second cutover are logical, and nothing is lost or doubled", async () => {
    replicated = await startedReplicated("physical");
    const { clusters, database, world, writers, succeed } = replicated;
    expect(await follows(clusters)).toBe(true);
    const strict = { databases: world.databases.map((pair) => ({ ...pair, strictFence: true })) };
    expect((await replicated.run(cutoverPlan(strict, limits))).cause).toContain(
      "a strict fence is not kept while a replica is promoted",
    );
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    expect(await openSides(clusters, database)).toEqual(["target"]);
    await succeed(startPlan(world));
    await succeed(rollbackPlan(world, limits));
    await writers.wroteOn("source");
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await replicated.expectNothingLost();
    await succeed(completePlan(world));
    expect(await traces(clusters, "target", database)).toEqual([]);
  });

  test("D7: a cutover that fails before the promotion leaves a replica and no slot; one that fails after it is joined by start", async () => {
    let fails: "before" | "after" | "never" = "before";
    replicated = await startedReplicated("physical", (clusters) => ({
      promote: async () => {
        if (fails === "before") throw new Error("not today");
        await promoted(clusters);
      },
      conninfo: (to) => {
        if (fails === "after") return Promise.reject(new Error("no way"));
        const { port } = clusters[to === "target" ? "source" : "target"];
        const { user, password } = clusters.source.config(OPERATOR, "shop");
        return Promise.resolve(
          `host=127.0.0.1 port=${port} dbname=shop user=${user} password='${String(password)}'`,
        );
      },
    }));
    const { clusters, database, world, writers, run, succeed } = replicated;
    const before = await traces(clusters, "source", database);

    await clusters.source.as(APPLICATION, database, async (slow) => {
      await slow.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')");
      const held = await run(cutoverPlan(world, limits));
      expect(held.cause).toMatch(/older than the fence|in a transaction/);
      await slow.query("COMMIT");
    });
    const refused = await run(cutoverPlan(world, limits));
    expect(refused).toMatchObject({ outcome: "undone", crossed: false });
    expect(refused.cause).toContain("not today");
    await writers.wroteOn("source");
    expect(await follows(clusters)).toBe(true);
    expect(await traces(clusters, "source", database)).toEqual(before);

    fails = "after";
    const undone = await run(cutoverPlan(world, limits));
    expect(undone).toMatchObject({ outcome: "undone", crossed: false });
    expect(undone.cause).toContain("run `relocate start`, which joins it");
    await writers.wroteOn("source");
    expect((await run(cutoverPlan(world, limits))).cause).toContain(
      "the target is promoted, but not joined to the source",
    );

    fails = "never";
    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, limits));
    await writers.wroteOn("target");
    await replicated.expectNothingLost();
  });

  test("D6: a runbook that is gone during a promotion that does not end leaves the source serving after the stated time", async () => {
    let begun: () => void = () => undefined;
    const promoting = new Promise<void>((resolve) => (begun = resolve));
    replicated = await startedReplicated("physical", () => ({
      promote: () => {
        begun();
        return new Promise(() => undefined);
      },
    }));
    const { clusters, database, world, writers, succeed } = replicated;
    const [pair] = world.databases;
    if (!pair) throw new Error("no pair");
    const runbook = new AbortController();
    const switching = physicalSwitch(pair, "target", HOLD_LIMITS, 1_500);
    const handing = switching.handOver(1, runbook.signal);
    await Promise.race([promoting, handing]);
    expect((await switching.gate("from", runbook.signal)).open).toBe(false);
    // Its connections end with it.
    runbook.abort();
    await Promise.allSettled([switching.close()]);
    await writers.wroteOn("source");
    expect(await openSides(clusters, database)).toContain("source");
    await succeed(abortPlan(world));
    expect(await traces(clusters, "source", database)).toEqual([]);
    expect(await follows(clusters)).toBe(true);
  });

  test("D6: abort leaves no trace, on a replica and on one that is promoted", async () => {
    replicated = await startReplicated("physical");
    const { clusters, database, world, writers, run, succeed } = replicated;
    const before = await catalogPicture(clusters.source, database);
    await succeed(startPlan(world));
    // The replica shows the source's gate, which is open.
    expect((await run(completePlan(world))).cause).toContain("there is nothing to complete");
    await succeed(abortPlan(world));
    expect(await catalogPicture(clusters.source, database)).toEqual(before);
    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, limits));
    await succeed(rollbackPlan(world, limits));
    await writers.wroteOn("source");
    const aborted = await run(abortPlan(world));
    expect(aborted).toMatchObject({ outcome: "done", cause: undefined });
    expect(aborted.steps.at(-1)?.observations["shop.staysOnTarget"]).toContain("no replica any more");
    expect(await catalogPicture(clusters.source, database)).toEqual(before);
    expect(await traces(clusters, "target", database)).toEqual([]);
    expect((await run(startPlan(world))).cause).toContain("the target was promoted, and what the source has");
  });

  test("fails before anything is touched when the target is no copy of the source, or was promoted by somebody", async () => {
    replicated = await startReplicated("physical");
    const { clusters, database, world, run } = replicated;
    const stranger = await startCluster();
    await migrate(stranger, database);
    const [pair] = world.databases;
    if (!pair) throw new Error("no pair");
    const strange = await run(
      startPlan({
        databases: [
          {
            ...pair,
            operator: (side) =>
              Promise.resolve((side === "target" ? stranger : clusters.source).config(OPERATOR, database)),
          },
        ],
      }),
    );
    await stranger.stop();
    expect(strange.cause).toMatch(/the target is of cluster \d+, and the source of \d+/);
    await promoted(clusters);
    expect((await run(startPlan(world))).cause).toContain(
      "make the target a read replica of the source again",
    );
    expect(await traces(clusters, "source", database)).toEqual([]);
  });
});
