import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { slowName } from "../../../bench/slow-name";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { pairSwitch } from "../../../runbook/postgres/pair-switch";
import { createSchema } from "../../../runbook/postgres/schema";
import { otherSide, SIDES, type Side } from "../../../runbook/side";
import type { World } from "../../../runbook/world";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { audit, startWriters, type Writers } from "../writers";
import { migrateBoth, openSides, operator, settled, withEvent, type Operator } from "./course";

const limits = { olderTransactions: 20_000, drain: 60_000, steadyLag: 0 };

describe("what a fence of triggers could miss", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let writers: Writers | undefined;
  beforeAll(async () => {
    // Large transactions are sent before their commit, and applied by parallel workers.
    clusters = await startClusters({ max_prepared_transactions: "5", logical_decoding_work_mem: "64kB" });
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

  const both = (database: string, sql: string): Promise<unknown> =>
    Promise.all(SIDES.map((side) => clusters[side].as(OPERATOR, database, (client) => client.query(sql))));
  const started = async (database: string, sql = "SELECT"): Promise<World> => {
    await migrateBoth(clusters, database);
    await both(database, sql);
    const world = worldOf(clusters, [database]);
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    return world;
  };
  const ask = (side: Side, database: string, sql: string): Promise<unknown[]> =>
    clusters[side].as(APPLICATION, database, async (client) => {
      const { rows } = await client.query<{ v: string }>(sql);
      return rows.map(({ v }) => Number(v));
    });

  test("B2: sequences that descend, turn over, cache, or belong to no table go on where they were, there and back", async () => {
    const world = await started(
      "sequences",
      `CREATE UNLOGGED SEQUENCE shop.light;
       CREATE SEQUENCE shop.down INCREMENT -5 MINVALUE -1000 MAXVALUE 100 START 100;
       CREATE SEQUENCE shop.around MINVALUE 1 MAXVALUE 3 CYCLE;
       CREATE SEQUENCE shop.small AS smallint CACHE 10;
       GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO ${APPLICATION}`,
    );
    const next = (side: Side, name: string, times = 1) =>
      ask(side, "sequences", `SELECT nextval('shop.${name}') AS v FROM generate_series(1, ${times})`);
    expect(await next("source", "down", 3)).toEqual([100, 95, 90]);
    expect(await next("source", "around", 2)).toEqual([1, 2]);
    expect(await next("source", "small", 2)).toEqual([1, 2]);
    expect(await next("source", "light", 7)).toContain(7);
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await next("target", "down", 2)).toEqual([85, 80]);
    expect(await next("target", "around", 2)).toEqual([3, 1]);
    expect(await next("target", "light")).toEqual([8]);
    // What a session had cached is lost, never given twice.
    expect(await next("target", "small")).toEqual([11]);
    expect(await keeper.run(rollbackPlan(world, limits))).toMatchObject({
      outcome: "done",
      cause: undefined,
    });
    expect(await next("source", "down")).toEqual([75]);
    expect(await next("source", "around")).toEqual([2]);
    expect(await next("source", "small")).toEqual([21]);
  });

  test("B4: behind a strict fence not even a role that owns the tables gets in, and it is let in again where the gate opens", async () => {
    const role = "owning_app";
    const database = "strict";
    for (const side of SIDES) {
      await migrate(clusters[side], database, role);
      await clusters[side].as(OPERATOR, database, (client) =>
        client.query(
          `GRANT ${role} TO ${OPERATOR}; GRANT CREATE ON SCHEMA shop TO ${role}; ALTER TABLE shop.orders OWNER TO ${role}`,
        ),
      );
    }
    const strict = { applicationRoles: [role], strictFence: true };
    const listed: World = { databases: [pairOn(clusters, database, strict)] };
    expect(await keeper.run(startPlan(listed))).toMatchObject({ outcome: "done", cause: undefined });
    expect((await keeper.run(cutoverPlan(listed, limits))).cause).toMatch(/a strict fence refuses logins/);
    const name = slowName(0, 0).pointer;
    const world: World = {
      databases: [pairOn(clusters, database, { ...strict, endpoint: { kind: "cname", name } })],
    };
    const insist = (side: Side) =>
      clusters[side].as(role, database, (client) =>
        client.query(`BEGIN READ WRITE; ALTER TABLE shop.orders DISABLE TRIGGER relocate_gate;
                      INSERT INTO shop.orders (key) VALUES (gen_random_uuid()::text); ROLLBACK`),
      );
    await insist("source");
    const patience = { ...limits, olderTransactions: 200 };
    await clusters.source.as(role, database, async (client) => {
      const result = await keeper.run(
        withEvent(cutoverPlan(world, patience), "ready", () =>
          client.query("BEGIN; SELECT FROM shop.orders"),
        ),
      );
      expect(result).toMatchObject({ outcome: "undone" });
    });
    await insist("source");
    for (const [plan, left] of [
      [cutoverPlan(world, limits), "source"],
      [rollbackPlan(world, limits), "target"],
    ] as const) {
      expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
      await expect(insist(left)).rejects.toThrow("is not permitted to log in");
      await insist(otherSide(left));
    }
  });

  test("B4: no session that the application opens at a closed side stays read-only: neither undone nor switched", async () => {
    const database = "stale";
    await migrateBoth(clusters, database);
    const name = slowName(0, 0).pointer;
    const pair = pairOn(clusters, database, { endpoint: { kind: "cname", name } });
    const world: World = { databases: [pair] };
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    /** Comes by the name, as it leads just then, and keeps its connection. */
    const visit = async (side: Side, readOnly: "on" | "off") => {
      const client = new Client(clusters[side].config(APPLICATION, database));
      client.on("error", () => undefined);
      const ended = new Promise<void>((resolve) => client.once("end", resolve));
      await client.connect();
      expect((await client.query("SHOW transaction_read_only")).rows).toEqual([
        { transaction_read_only: readOnly },
      ]);
      return { client, ended };
    };
    const early = await visit("target", "on");

    await clusters.source.as(APPLICATION, database, async (older) => {
      const patience = { ...limits, olderTransactions: 3_000 };
      const undone = keeper.run(
        withEvent(cutoverPlan(world, patience), "ready", () => older.query("BEGIN; SELECT FROM shop.orders")),
      );
      await clusters.source.as("postgres", database, async (other) => {
        while ((await other.query("SELECT FROM relocate.gate WHERE open")).rowCount === 1) await pause(5);
      });
      const { ended } = await visit("source", "on");
      expect(await undone).toMatchObject({ outcome: "undone" });
      await ended;
      await older.query("COMMIT");
    });

    let late: Awaited<ReturnType<typeof visit>> | undefined;
    const come = async () => (late = await visit("source", "on"));
    const done = await keeper.run(withEvent(cutoverPlan(world, limits), "handover", come));
    expect(done).toMatchObject({ outcome: "done", cause: undefined });
    await late?.ended;

    const fresh = await visit("target", "off");
    const writeSwitch = pairSwitch(pair, "target", limits);
    await writeSwitch.endStale?.("to", new AbortController().signal);
    await writeSwitch.close();
    await early.ended;
    await fresh.client.query("INSERT INTO shop.orders (key) VALUES ('goes on')");
    await fresh.client.end();
  });

  test("B4: a clock that is set back at the fence hides no transaction that is older, and no session", async () => {
    const database = "set_back";
    const world = await started(database);
    const setBack = createSchema("source").replaceAll(
      "clock_timestamp()",
      "(clock_timestamp() - interval '1 hour')",
    );
    await clusters.source.as(OPERATOR, database, (client) => client.query(setBack));
    await clusters.source.as(APPLICATION, database, async (client) => {
      client.on("error", () => undefined);
      const ended = new Promise<void>((resolve) => client.once("end", resolve));
      const patience = { ...limits, olderTransactions: 300 };
      const open = () => client.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('hidden')");
      const result = await keeper.run(withEvent(cutoverPlan(world, patience), "ready", open));
      expect(result).toMatchObject({ outcome: "undone" });
      expect(result.cause).toMatch(/older than the fence have not ended/);
      await client.query("COMMIT");
      expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done" });
      await ended;
    });
    const kept = "SELECT count(*) AS v FROM shop.orders WHERE key = 'hidden'";
    expect(await ask("target", database, kept)).toEqual([1]);
  });

  test("B4: a transaction that is prepared right before the fence undoes the switch: it could commit behind it", async () => {
    const world = await started("prepared");
    const prepare = () =>
      clusters.source.as(APPLICATION, "prepared", (client) =>
        client.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('late'); PREPARE TRANSACTION 'parked'"),
      );
    const result = await keeper.run(withEvent(cutoverPlan(world, limits), "ready", prepare));
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(result.cause).toMatch(/a prepared transaction is pending/);
    expect(await openSides(clusters, "prepared")).toEqual(["source"]);
    const again = await keeper.run(cutoverPlan(world, limits));
    expect(again.cause).toMatch(/prepared transaction parked/);
    await clusters.source.as(APPLICATION, "prepared", (client) => client.query("COMMIT PREPARED 'parked'"));
    expect(await keeper.run(cutoverPlan(world, limits))).toMatchObject({ outcome: "done", cause: undefined });
    expect(
      await ask("target", "prepared", "SELECT count(*) AS v FROM shop.orders WHERE key = 'late'"),
    ).toEqual([1]);
  });

  test.each([
    [
      "without a gate",
      `CREATE TABLE shop.late (id int PRIMARY KEY); INSERT INTO shop.late VALUES (1);
       GRANT SELECT ON shop.late TO ${APPLICATION}`,
      "shop.late",
    ],
    ["whose gate is turned off", "ALTER TABLE shop.events DISABLE TRIGGER relocate_gate", "shop.events"],
    ["that is replicated no more", "ALTER PUBLICATION relocate DROP TABLE ONLY shop.orders", "shop.orders"],
  ])("B4: a table %s right before the fence undoes the switch, and is named", async (_, sql, table) => {
    const database = `unguarded_${table.slice(5)}`;
    const world = await started(database);
    const change = () => clusters.source.as(OPERATOR, database, (client) => client.query(sql));
    const result = await keeper.run(withEvent(cutoverPlan(world, limits), "ready", change));
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(result.cause).toContain(`or are not replicated, since the preflight: ${table}`);
    expect(await openSides(clusters, database)).toEqual(["source"]);
  });

  test("B4: a transaction that no statistics tell of (track_activities is off) undoes the switch", async () => {
    const world = await started("untracked");
    await clusters.source.as("postgres", "untracked", async (client) => {
      const write = () =>
        client.query(
          "SET track_activities = off; BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO shop.orders (key) VALUES ('unseen')",
        );
      const patience = { ...limits, olderTransactions: 200 };
      const result = await keeper.run(withEvent(cutoverPlan(world, patience), "ready", write));
      expect(result).toMatchObject({ outcome: "undone", crossed: false });
      expect(result.cause).toContain("of role postgres (no application name), disabled");
      await client.query("COMMIT");
    });
  });

  test("B4: bulk writes of 50,000 rows that are under way at the fence of a cutover and of a rollback are all there, on both sides", async () => {
    const world = await started("bulky");
    const rows = 50_000;
    const bulk = async (side: Side): Promise<{ written: Promise<unknown> }> => {
      const sql = `INSERT INTO shop.events (key) SELECT '${side}' FROM generate_series(1, ${rows})`;
      const written = clusters[side].as(APPLICATION, "bulky", (client) => {
        // It is sent away when it has ended.
        client.on("error", () => undefined);
        return client.query(sql);
      });
      await clusters[side].as("postgres", "bulky", async (other) => {
        const underWay = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query = $1";
        while ((await other.query(underWay, [sql])).rowCount === 0) await pause(1);
      });
      return { written };
    };
    for (const side of SIDES) {
      const plan = side === "source" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
      let begun: Awaited<ReturnType<typeof bulk>> | undefined;
      const switching = withEvent(plan, "ready", async () => (begun = await bulk(side)));
      expect(await keeper.run(switching)).toMatchObject({ outcome: "done", cause: undefined });
      await begun?.written;
    }
    await settled(clusters, "bulky");
    const sql = "SELECT count(*) AS v FROM shop.events GROUP BY key";
    for (const side of SIDES) expect(await ask(side, "bulky", sql)).toEqual([rows, rows]);
  });

  test("B4: a large transaction that is open at the fence is waited for, and is there on the other side", async () => {
    const world = await started("open");
    writers = startWriters(clusters, "open");
    await writers.wroteOn("source");
    await clusters.source.as(APPLICATION, "open", async (client) => {
      client.on("error", () => undefined);
      const running = keeper.run(
        withEvent(cutoverPlan(world, limits), "ready", () =>
          client.query(
            "BEGIN; INSERT INTO shop.events (key) SELECT 'open-' || n FROM generate_series(1, 50000) n",
          ),
        ),
      );
      await clusters.source.as("postgres", "open", async (other) => {
        while ((await other.query("SELECT FROM relocate.gate WHERE open")).rowCount === 1) await pause(5);
      });
      await client.query("COMMIT");
      expect(await running).toMatchObject({ outcome: "done", cause: undefined });
    });
    await writers.stop();
    await settled(clusters, "open");
    expect(
      await ask("target", "open", "SELECT count(*) AS v FROM shop.events WHERE key LIKE 'open-%'"),
    ).toEqual([50_000]);
    expect(await audit(clusters, "target", "open", writers.ledger)).toEqual({ lost: 0, duplicated: 0 });
  });
});
