import { setTimeout as pause } from "node:timers/promises";
import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  startCluster,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { olderBinaries } from "../older-servers";
import { startWriters, type Writers } from "../writers";
import { expectNothingLost, operator, traces, withEvent, type Operator } from "./course";

const limits = { steadyLag: 20 };

describe("a source of PostgreSQL 13 and a target of the newest version", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let writers: Writers | undefined;
  beforeAll(async () => {
    const [source, target] = await Promise.all([startCluster({}, olderBinaries(13)), startCluster()]);
    clusters = { source, target };
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    writers = undefined;
    keeper.close();
  });

  const succeed = async (plan: Plan): Promise<void> =>
    expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
  /** Once a worker has come back to a publisher that was restarted. */
  const applying = (side: Side, database: string): Promise<void> =>
    clusters[side].as("postgres", database, async (client) => {
      const running = "SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL AND subname = $1";
      while ((await client.query(running, [`relocate_to_${side}`])).rowCount === 0) await pause(50);
    });
  /** With a target that has no tables yet. */
  const started = async (database: string): Promise<World> => {
    await migrate(clusters.source, database);
    await clusters.target.as(OPERATOR, "postgres", (client) => client.query(`CREATE DATABASE ${database}`));
    await clusters.source.as(APPLICATION, database, (client) =>
      client.query("INSERT INTO shop.orders (key) SELECT 'old-' || n FROM generate_series(1, 500) n"),
    );
    const world = worldOf(clusters, [database]);
    writers = startWriters(clusters, database);
    await writers.wroteOn("source");
    await succeed(startPlan(world));
    return world;
  };
  const slots = async (database: string): Promise<string[]> =>
    (await Promise.all(SIDES.map((side) => traces(clusters, side, database))))
      .flat()
      .filter((trace) => /^slot|^subscription/.test(trace));

  test("A5, B2, B4: is switched there, back and there again under load, one way at a time, and nothing is lost or doubled", async () => {
    const database = "turned";
    const world = await started(database);
    await succeed(startPlan(world));
    for (const [plan, side] of [
      [cutoverPlan(world, limits), "target"],
      [rollbackPlan(world, limits), "source"],
      [cutoverPlan(world, limits), "target"],
    ] as const) {
      await succeed(plan);
      await writers?.wroteOn(side);
      expect(await slots(database)).toEqual(
        [
          `slot relocate_to_${otherSide(side)}_${database}`,
          `subscription relocate_to_${otherSide(side)}`,
        ].sort((a, b) => (side === "target" ? b.localeCompare(a) : a.localeCompare(b))),
      );
    }
    await succeed(startPlan(world));
    await expectNothingLost(clusters, database, writers, ["target"]);
    await succeed(completePlan(world));
    expect(await traces(clusters, "target", database)).toEqual([]);
  });

  test("D6: cut off behind the handover, with a target that crashes, the same command opens the way back, and no row is missing", async () => {
    const database = "cut_off";
    const world = await started(database);
    const before = await slots(database);
    const undone = await keeper.run(
      withEvent(cutoverPlan(world, limits), "ready", () => Promise.reject(new Error("broken"))),
    );
    expect(undone).toMatchObject({ outcome: "undone" });
    expect(await slots(database)).toEqual(before);

    const plan = cutoverPlan(world, limits);
    const steps = plan.steps.map((step) =>
      step.id === "way-back" ? { ...step, run: () => Promise.reject(new Error("cut off")) } : step,
    );
    expect(await keeper.run({ ...plan, steps })).toMatchObject({ outcome: "stopped", crossed: true });
    await writers?.wroteOn("target");
    expect((await keeper.run(startPlan(world))).cause).toContain("run that switch again");
    await clusters.target.kill();
    await clusters.target.start();
    await writers?.wroteOn("target");
    await succeed(cutoverPlan(world, limits));
    await clusters.target.kill();
    await clusters.target.start();
    await writers?.wroteOn("target");
    await applying("source", database);
    await succeed(rollbackPlan(world, limits));
    await writers?.wroteOn("source");
    await expectNothingLost(clusters, database, writers, ["source"]);
  });

  test("D6: abort leaves no trace on either side", async () => {
    const database = "aborted";
    const world = await started(database);
    await succeed(cutoverPlan(world, limits));
    expect((await keeper.run(abortPlan(world))).cause).toContain("the target is the writer");
    await succeed(rollbackPlan(world, limits));
    await succeed(abortPlan(world));
    expect(await Promise.all(SIDES.map((side) => traces(clusters, side, database)))).toEqual([[], []]);
  });
});
