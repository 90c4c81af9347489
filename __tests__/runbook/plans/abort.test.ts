import { CannotUndo } from "../../../runbook/attempt";
import { abortPlan } from "../../../runbook/plans/abort";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES, type Side } from "../../../runbook/side";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import {
  APPLICATION,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { audit, startWriters, type Writers } from "../writers";
import { catalogPicture } from "./catalog-picture";
import {
  migrateBoth,
  openSides,
  operator,
  settled,
  slotIsThere,
  traces,
  withEvent,
  type Operator,
} from "./course";

describe("abort on two real clusters", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let writers: Writers | undefined;
  beforeAll(async () => {
    clusters = await startClusters();
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
  const started = async (database: string): Promise<World> => {
    await migrateBoth(clusters, database);
    const world = worldOf(clusters, [database]);
    await succeed(startPlan(world));
    return world;
  };
  const pictures = (database: string): Promise<string[][]> =>
    Promise.all(SIDES.map((side) => catalogPicture(clusters[side], database)));
  const ordersOn = (side: Side, database: string): Promise<number> =>
    clusters[side].as("postgres", database, async (client) => {
      const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM shop.orders");
      return rows[0]?.n ?? -1;
    });

  test("D6: leaves no trace on either side under load, loses no write, and start can be run again", async () => {
    const database = "given_up";
    await migrateBoth(clusters, database);
    const before = await pictures(database);
    const world = worldOf(clusters, [database]);
    writers = startWriters(clusters, database);
    await writers.wroteOn("source");
    await succeed(startPlan(world));
    await settled(clusters, database);
    await succeed(abortPlan(world));
    await writers.wroteOn("source");
    expect(await pictures(database)).toEqual(before);
    expect(await ordersOn("target", database)).toBe(0);
    await succeed(startPlan(world));
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    await writers.wroteOn("target");
    await writers.stop();
    await settled(clusters, database);
    for (const side of SIDES)
      expect(await audit(clusters, side, database, writers.ledger)).toEqual({ lost: 0, duplicated: 0 });
  });

  test("fails when the target is the writer, says to roll back first, and takes nothing away", async () => {
    const database = "moved";
    const world = await started(database);
    await succeed(cutoverPlan(world, { steadyLag: 0 }));
    const before = await pictures(database);
    const refused = await keeper.run(abortPlan(world));
    expect(refused.outcome).toBe("undone");
    expect(refused.cause).toContain("the target is the writer: run `relocate rollback` first");
    expect(await pictures(database)).toEqual(before);
    expect(await openSides(clusters, database)).toEqual(["target"]);
    await clusters.target.as(APPLICATION, database, (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('made there')"),
    );
    await succeed(rollbackPlan(world, { steadyLag: 0 }));
    await succeed(abortPlan(world));
    expect(await ordersOn("source", database)).toBe(1);
    expect(await ordersOn("target", database)).toBe(0);
  });

  test("D6: cleans the source when the target is gone, lists what stays there, and removes it when it is back", async () => {
    const database = "orphan";
    await migrateBoth(clusters, database);
    const [source, target] = await pictures(database);
    const world = worldOf(clusters, [database]);
    await succeed(startPlan(world));
    await clusters.target.kill();
    const result = await keeper.run(abortPlan(world));
    await clusters.target.start();
    expect(result).toMatchObject({ outcome: "done", cause: undefined });
    const remains = String(result.steps.at(-1)?.observations[`${database}.staysOnTarget`]).split("; ");
    expect(remains).toContain("DROP SCHEMA IF EXISTS relocate CASCADE");
    expect(await catalogPicture(clusters.source, database)).toEqual(source);
    expect(await traces(clusters, "target", database)).toContain("subscription relocate_to_target");
    await succeed(abortPlan(world));
    expect(await catalogPicture(clusters.target, database)).toEqual(target);
  });

  test("D6: the SQL that it lists for a target it cannot reach leaves no trace there", async () => {
    const database = "by_hand";
    await migrateBoth(clusters, database);
    const before = await catalogPicture(clusters.target, database);
    const world = worldOf(clusters, [database]);
    await succeed(startPlan(world));
    const unreachable = pairOn(clusters, database, {
      operator: (side) =>
        Promise.resolve({
          ...clusters[side].config(OPERATOR, database),
          ...(side === "target" ? { port: 1 } : {}),
        }),
    });
    const result = await keeper.run(abortPlan({ databases: [unreachable] }));
    const remains = String(result.steps.at(-1)?.observations[`${database}.staysOnTarget`]).split("; ");
    await clusters.target.as(OPERATOR, database, async (client) => {
      for (const statement of remains) await client.query(statement);
    });
    expect(await catalogPicture(clusters.target, database)).toEqual(before);
  });

  test("D6: opens a fence whose server and runbook have died, and the source serves on", async () => {
    const database = "fenced";
    const world = await started(database);
    await clusters.source.as(OPERATOR, database, (client) =>
      client.query(`UPDATE relocate.gate SET open = false, epoch = 1;
                    ALTER ROLE ${APPLICATION} IN DATABASE ${database} SET default_transaction_read_only = on`),
    );
    await succeed(abortPlan(world));
    await clusters.source.as(APPLICATION, database, (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('served')"),
    );
    expect(await traces(clusters, "source", database)).toEqual([]);
  });

  test("D6: fails when the right to write has left the source and the target does not answer", async () => {
    const database = "under_way";
    const world = await started(database);
    await clusters.source.as(OPERATOR, database, (client) =>
      client.query("UPDATE relocate.gate SET open = false, epoch = 1, given = 1"),
    );
    await clusters.target.kill();
    const refused = await keeper.run(abortPlan(world));
    await clusters.target.start();
    expect(refused.outcome).toBe("undone");
    expect(refused.cause).toContain("has given its right to write away with switch 1, and the target");
    await succeed(abortPlan(world));
    expect(await traces(clusters, "source", database)).toEqual([]);
  });

  test.each(["reverse", "copies", "forward", "gates", "schema"])(
    "D6: cut off after step %s it is not undone; run again it ends, and the source has its rows",
    async (id) => {
      const database = `cut_off_${id}`;
      const world = await started(database);
      await clusters.source.as(APPLICATION, database, (client) =>
        client.query("INSERT INTO shop.orders (key) VALUES ('kept')"),
      );
      await settled(clusters, database);
      const broken = withEvent(abortPlan(world), id, () => Promise.reject(new Error("cut off")));
      // Of the point of no return the world is asked, which says that it stands.
      const outcome = id === "reverse" ? "done" : "stopped";
      expect(await keeper.run(broken)).toMatchObject({ outcome, crossed: true });
      await succeed(abortPlan(world));
      expect(await Promise.all(SIDES.map((side) => traces(clusters, side, database)))).toEqual([[], []]);
      expect(await ordersOn("source", database)).toBe(1);
      expect(await ordersOn("target", database)).toBe(0);
    },
  );

  test("D6: a start that was cut off is not taken up again once an abort has begun: what it had begun is gone", async () => {
    const database = "begun_anew";
    await migrateBoth(clusters, database);
    const world = worldOf(clusters, [database]);
    const cutOff = withEvent(startPlan(world), "publications", () => Promise.reject(new Error("cut off")));
    // As after a kill: nothing is undone.
    const steps = cutOff.steps.map((step) => ({
      ...step,
      undo: () => Promise.reject(new CannotUndo("killed")),
    }));
    expect(await keeper.run({ ...cutOff, steps })).toMatchObject({ outcome: "stopped" });
    const broken = withEvent(abortPlan(world), "forward", () => Promise.reject(new Error("cut off")));
    expect(await keeper.run(broken)).toMatchObject({ outcome: "stopped", crossed: true });
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", resumed: false });
    await succeed(abortPlan(world));
    expect(await Promise.all(SIDES.map((side) => traces(clusters, side, database)))).toEqual([[], []]);
  });

  test("D6: leaves the rows of a table whose gate somebody has switched off, and names them", async () => {
    const database = "meddled";
    const world = await started(database);
    await clusters.target.as(OPERATOR, database, (client) =>
      client.query(`ALTER TABLE shop.orders DISABLE TRIGGER relocate_gate;
                    INSERT INTO shop.orders (key) VALUES ('of another')`),
    );
    const result = await keeper.run(abortPlan(world));
    expect(result.outcome).toBe("done");
    expect(result.steps.at(-1)?.observations[`${database}.staysOnTarget`]).toContain("TRUNCATE shop.orders");
    expect(await ordersOn("target", database)).toBe(1);
  });

  test("D6: ends a CREATE SUBSCRIPTION that outlived its runbook, and a slot that nobody reads", async () => {
    const database = "zombie";
    await migrateBoth(clusters, database);
    const world = worldOf(clusters, [database]);
    await clusters.source.as(APPLICATION, database, async (slow) => {
      const interruption = new AbortController();
      const plan = withEvent(startPlan(world), "publications", () =>
        slow.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')"),
      );
      // Like a runbook that is killed: what it has begun is not undone.
      const steps = plan.steps.map((step) => ({ ...step, undo: undefined }));
      await keeper.run(
        { ...plan, steps },
        ({ step, event }) => {
          if (step === "forward" && event === "begun")
            void slotIsThere(clusters, database).then(() => interruption.abort());
        },
        interruption.signal,
      );
      expect(await traces(clusters, "source", database)).toContain(`slot relocate_to_target_${database}`);
      await keeper.run(abortPlan(world), ({ step, event }) => {
        if (step === "forward" && event === "done") void slow.query("COMMIT");
      });
    });
    expect(await Promise.all(SIDES.map((side) => traces(clusters, side, database)))).toEqual([[], []]);
    expect(await ordersOn("source", database)).toBe(1);
  });
});
