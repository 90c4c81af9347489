import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { postgresSwitch } from "../../../runbook/postgres/write-switch";
import { SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import { pairOn, startClusters, stopClusters, type Clusters } from "../clusters";
import { startPooledWriters, type PooledWriters } from "../pooled-writers";
import { startPoolers, type PoolerOptions, type RunningPoolers } from "../poolers";
import { expectNothingLost, migrateBoth, openSides, operator, withEvent, type Operator } from "./course";

/** Nothing here depends on how fast the machine is. */
const limits = { olderTransactions: 30_000, drain: 30_000, steadyLag: 0, pause: 30_000 };
const signal = new AbortController().signal;

describe("a switch behind real poolers, two instances in each region", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let running: RunningPoolers | undefined;
  let writers: PooledWriters | undefined;
  beforeAll(async () => {
    clusters = await startClusters();
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    await running?.poolers.close();
    await running?.stop();
    keeper.close();
  });

  const started = async (database: string, options: Partial<PoolerOptions> = {}): Promise<World> => {
    await migrateBoth(clusters, database);
    const plain = pairOn(clusters, database);
    expect(await keeper.run(startPlan({ databases: [plain] }))).toMatchObject({ outcome: "done" });
    running = await startPoolers(clusters, { database, ...options });
    writers = startPooledWriters(clusters, running.instances);
    await writers.wrote();
    return { databases: [{ ...plain, endpoint: { kind: "pooler", poolers: running.poolers } }] };
  };
  /** As after `kill -9`: paused, and whoever did it is gone. */
  const pausedByNobody = async (): Promise<void> => {
    await running?.poolers.pause(limits.pause, signal);
    await running?.poolers.close();
  };
  const switchTo = (world: World, to: Side, change: Partial<typeof limits> = {}): Plan =>
    to === "target"
      ? cutoverPlan(world, { ...limits, ...change })
      : rollbackPlan(world, { ...limits, ...change });

  test("B4: not one statement fails through a cutover, a rollback and a cutover", async () => {
    const world = await started("held");
    for (const to of ["target", "source", "target"] as const) {
      expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done", cause: undefined });
      expect(await running?.poolers.probe(signal)).toEqual(
        SIDES.flatMap((region) =>
          [1, 2].map((number) => ({ vantagePoint: `${region}-${number}`, side: to, paused: false })),
        ),
      );
      await writers?.wrote();
    }
    expect(writers?.errors).toEqual([]);
    await expectNothingLost(clusters, "held", writers);
  });

  test("D6: poolers that a dead runbook has left paused go on by the next command, or back, and no statement fails", async () => {
    const world = await started("abandoned");
    for (const to of ["target", "source"] as const) {
      await pausedByNobody();
      expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done", cause: undefined });
      await writers?.wrote();
    }
    expect(writers?.errors).toEqual([]);
    await expectNothingLost(clusters, "abandoned", writers);
  });

  test.each(["before", "after"] as const)(
    "D6: with no further command either, when the runbook died %s the handover: the poolers' own tasks see to it",
    async (when) => {
      const database = `orphaned_${when}`;
      const world = await started(database, { mostSecondsPaused: 2 });
      running?.stage("target");
      // The strictest: the side that is left refuses the login.
      const handing = postgresSwitch(pairOn(clusters, database, { strictFence: true }), "target", limits);
      // Connected beforehand, as a switch is: it must be through before the pauses end.
      await handing.warm(signal);
      await pausedByNobody();
      if (when === "after") await handing.handOver(1, signal);
      await handing.close();
      await writers?.wrote();
      const side = when === "after" ? "target" : "source";
      expect(await openSides(clusters, database)).toEqual([side]);
      expect((await running?.poolers.probe(signal))?.map((one) => one.side)).toEqual(Array(4).fill(side));
      // Back to the source, too: its roles may log in again.
      for (const to of [...SIDES].reverse()) {
        expect(await keeper.run(switchTo(world, to))).toMatchObject({ outcome: "done", cause: undefined });
        await writers?.wrote();
      }
      expect(writers?.errors).toEqual([]);
      await expectNothingLost(clusters, database, writers);
    },
  );

  test("D7: a client that sits in a transaction undoes the switch, and is named; all other statements only wait", async () => {
    const world = await started("sitting");
    const [instance] = running?.instances ?? [];
    const client = new Client({ ...instance?.client, application_name: "sitter" });
    await client.connect();
    const result = await keeper.run(
      withEvent(switchTo(world, "target", { pause: 1_000 }), "ready", () =>
        client.query("BEGIN; SELECT 1 FROM shop.orders"),
      ),
    );
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(result.cause).toMatch(
      /pooler source-1: not paused within 1000 ms: clients are in a transaction: 127\.0\.0\.1:\d+ of shop_app \(sitter\)/,
    );
    await client.query("COMMIT");
    await client.end();
    await writers?.wrote();
    expect(await openSides(clusters, "sitting")).toEqual(["source"]);
    expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done", cause: undefined });
    await writers?.wrote();
    expect(writers?.errors).toEqual([]);
    await expectNothingLost(clusters, "sitting", writers);
  });

  test("fails before any statement waits for poolers in session mode", async () => {
    const world = await started("refused", { each: 1, settings: { pool_mode: "session" } });
    const refused = await keeper.run(switchTo(world, "target"));
    expect(refused).toMatchObject({ outcome: "undone" });
    expect(refused.cause).toMatch(/refused: pooler source-1: database refused has pool_mode session/);
    expect(refused.cause).toMatch(/pooler target-1: database refused has pool_mode session/);
    expect(writers?.errors).toEqual([]);
  });

  test("B4: a pooler that dies right before the hold undoes the switch; without it, it is done", async () => {
    const world = await started("dying");
    const dying = running?.instances[0];
    const result = await keeper.run(
      withEvent(switchTo(world, "target"), "ready", async () => {
        process.kill(dying?.pid ?? 0, "SIGKILL");
        while ((await running?.poolers.probe(signal))?.length !== 3) await pause(10);
      }),
    );
    expect(result.outcome).toMatch(/undone|done/);
    expect(await keeper.run(switchTo(world, "target"))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await openSides(clusters, "dying")).toEqual(["target"]);
    expect(writers?.errors.every((error) => error.startsWith(dying?.name ?? "-"))).toBe(true);
    await expectNothingLost(clusters, "dying", writers);
  });
});
