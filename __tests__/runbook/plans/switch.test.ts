import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { Side } from "../../../runbook/side";
import { verifyTables } from "../../../runbook/verification/tables";
import type { World } from "../../../runbook/world";
import { APPLICATION, startClusters, stopClusters, worldOf, type Clusters } from "../clusters";
import { startWriters, type Writers } from "../writers";
import {
  expectNothingLost,
  migrateBoth,
  openSides,
  operator,
  traces,
  withEvent,
  type Operator,
} from "./course";

const limits = { olderTransactions: 500, drain: 10_000, steadyLag: 0 };

describe("the switch of two real clusters", () => {
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

  /** Databases of their own for each test, in replication, with writers at work. */
  const started = async (...databases: string[]): Promise<World> => {
    for (const database of databases) await migrateBoth(clusters, database);
    const world = worldOf(clusters, databases);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    writers = startWriters(clusters, databases[0] ?? "");
    await writers.wroteOn("source");
    return world;
  };

  test("A5, B2, B4, E3: cutover, rollback and cutover again under load lose nothing and double nothing, on both sides", async () => {
    const world = await started("course");
    const [pair] = world.databases;
    for (const to of ["target", "source", "target"] as const) {
      const plan = to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
      const result = await keeper.run(plan);
      expect(result).toMatchObject({ outcome: "done", crossed: true, cause: undefined });
      // E3: where the new writer's log stood, and what the other side had of it.
      expect(result.steps.find(({ id }) => id === "position")?.observations).toEqual({
        "course.lsn": expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) as string,
        "course.timeline": 1,
        "course.confirmedLsn": expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) as string,
      });
      await writers?.wroteOn(to);
      expect(await openSides(clusters, "course")).toEqual([to]);
    }
    // Only what is asked of the way back is asked again.
    const again = (await keeper.run(cutoverPlan(world, limits))).steps.filter(({ already }) => !already);
    expect(again.filter(({ id }) => id !== "way-back")).toEqual([]);
    await expectNothingLost(clusters, "course", writers);
    const compared = await verifyTables(pair!, { signal: new AbortController().signal });
    expect(compared).toMatchObject({ verdict: "equal" });
    expect(compared.rows).toBeGreaterThanOrEqual(2 * (writers?.ledger.length ?? 0));
  });

  test("B2: sequences go on where they were, unused ones stay unused, and the closed side hands out no numbers", async () => {
    const world = await started("numbers");
    await writers?.stop();
    const as = (side: Side, sql: string) =>
      clusters[side].as(
        APPLICATION,
        "numbers",
        async (client) => (await client.query<{ v: string }>(sql)).rows[0]?.v,
      );
    const next = "SELECT nextval('shop.receipt_number') AS v";
    const last = Number(await as("source", next));
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done" });
    expect(Number(await as("target", next))).toBeGreaterThan(last);
    await clusters.target.as("keeper", "numbers", async (client) => {
      const { rows } = await client.query(`SELECT last_value, is_called FROM shop."Odd name_id_seq"`);
      expect(rows).toEqual([{ last_value: "1", is_called: false }]);
    });
    await expect(as("source", next)).rejects.toMatchObject({ code: "25006" });
  });

  test("the closed side refuses a writer that insists, with the code that drivers take for read-only", async () => {
    await started("insisting");
    await clusters.target.as(APPLICATION, "insisting", async (client) => {
      await client.query("SET default_transaction_read_only = off");
      for (const sql of [
        "INSERT INTO shop.orders (key) VALUES ('x')",
        "UPDATE shop.orders SET writer = 'x'",
        "DELETE FROM shop.orders",
        "INSERT INTO shop.visits VALUES (1, '2025-05-05')",
        "INSERT INTO shop.visits_2026 VALUES (1, '2026-05-05')",
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({
          code: "25006",
          message: /closed in this region/,
        });
      }
    });
  });

  test("D7: a transaction that outlasts the fence's patience undoes the switch, and writes go on at the source", async () => {
    const world = await started("patience");
    await clusters.source.as(APPLICATION, "patience", async (client) => {
      const result = await keeper.run(
        withEvent(cutoverPlan(world, limits), "ready", () =>
          client.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')"),
        ),
      );
      expect(result).toMatchObject({ outcome: "undone", crossed: false });
      expect(result.cause).toMatch(/older than the fence have not ended.*role shop_app/);
      await client.query("COMMIT");
    });
    await writers?.wroteOn("source");
    expect(await openSides(clusters, "patience")).toEqual(["source"]);
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done" });
    await expectNothingLost(clusters, "patience", writers);
  });

  test("fails before any writer is held for what would fail later, all of it listed", async () => {
    const world = await started("faulty");
    await clusters.source.as("keeper", "faulty", (client) =>
      client.query(
        `CREATE TABLE shop.late (id int PRIMARY KEY); ALTER TABLE shop.orders DISABLE TRIGGER relocate_gate`,
      ),
    );
    const result = await keeper.run(cutoverPlan(world, limits));
    expect(result.steps.map(({ state }) => state).slice(0, 3)).toEqual(["undone", "failed", "not reached"]);
    expect(result.cause).toMatch(/shop\.late on the source: its gate is missing/);
    expect(result.cause).toMatch(/shop\.late on the source is not replicated/);
    expect(result.cause).toMatch(/shop\.late is missing on the target/);
    expect(result.cause).toMatch(/shop\.orders on the source: its gate is disabled/);
    await clusters.target.as("keeper", "faulty", (client) =>
      client.query("CREATE TABLE shop.late (id int PRIMARY KEY)"),
    );
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done", cause: undefined });
  });

  test("several databases switch at once, each with a hold of its own: one that cannot stays, and follows later", async () => {
    const world = await started("first", "second");
    await clusters.source.as(APPLICATION, "second", async (client) => {
      const result = await keeper.run(
        withEvent(cutoverPlan(world, limits), "ready", () =>
          client.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')"),
        ),
      );
      expect(result).toMatchObject({ outcome: "stopped", crossed: false });
      expect(result.cause).toMatch(/database second: transactions older/);
      expect(result.steps[0]?.error).toMatch(/first: the target is the writer there; the other databases/);
      await client.query("ROLLBACK");
    });
    expect(await openSides(clusters, "first")).toEqual(["target"]);
    expect(await openSides(clusters, "second")).toEqual(["source"]);
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done", resumed: true });
    for (const database of ["first", "second"])
      expect(await openSides(clusters, database)).toEqual(["target"]);
    await expectNothingLost(clusters, "first", writers);
  });

  test("C6: complete leaves no trace on the target, and the source closed to the application", async () => {
    const written: string[] = [];
    const completion = {
      read: () => Promise.resolve(written.at(-1) ?? "none"),
      write: (proof: string) => Promise.resolve(void written.push(proof)),
    };
    const world = { ...(await started("completed")), completion };
    const early = await keeper.run(completePlan(world));
    expect(early).toMatchObject({ outcome: "undone" });
    expect(early.cause).toMatch(/the source is the writer/);
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done" });
    await expectNothingLost(clusters, "completed", writers);
    expect(await keeper.run(completePlan(world))).toMatchObject({
      outcome: "done",
      crossed: true,
      cause: undefined,
    });
    expect(await traces(clusters, "target", "completed")).toEqual([]);
    expect(await traces(clusters, "source", "completed")).toEqual([
      "setting default_transaction_read_only=on",
    ]);
    await clusters.source.as(APPLICATION, "completed", (client) =>
      expect(client.query("INSERT INTO shop.orders (key) VALUES ('x')")).rejects.toMatchObject({
        code: "25006",
      }),
    );
    expect(await keeper.run(completePlan(world))).toMatchObject({ outcome: "done" });
    // The proof is the first run's: a second one does not move the date.
    expect(written).toEqual([expect.stringMatching(/^\{"completedAt":"20\d\d-[^"]+Z"\}$/)]);
  });
});
