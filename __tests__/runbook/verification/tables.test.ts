import { setTimeout as pause } from "node:timers/promises";
import { startPlan } from "../../../runbook/plans/start";
import type {
  TableVerification,
  Verification,
  VerificationProgress,
} from "../../../runbook/verification/result";
import { verifyTables } from "../../../runbook/verification/tables";
import {
  APPLICATION,
  OPERATOR,
  pairOn,
  startClusters,
  stopClusters,
  worldOf,
  type Clusters,
} from "../clusters";
import { migrateBoth, operator, settled } from "../plans/course";
import { startWriters } from "../writers";
import { tamper } from "./tamper";

const signal = new AbortController().signal;

/** All of them in replication. */
const DATABASES = ["quiet", "busy", "rounds"];

describe("the verification of tables", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters();
    for (const database of DATABASES) await migrateBoth(clusters, database);
    await onBoth(
      "rounds",
      `CREATE TYPE shop.colour AS ENUM ('red', 'green', 'blue');
       CREATE TABLE shop.pairs (name text, at timestamptz, amount numeric, PRIMARY KEY (name, at));
       CREATE TABLE shop.tokens (id uuid PRIMARY KEY, doc jsonb, price numeric, note json, place point);
       CREATE TABLE shop.colours (colour shop.colour PRIMARY KEY);
       CREATE TABLE shop.names (name text COLLATE "en-x-icu" PRIMARY KEY);
       CREATE TABLE shop.codes (code text NOT NULL, "select" int);
       CREATE UNIQUE INDEX ON shop.codes (code);
       ALTER TABLE shop.codes REPLICA IDENTITY FULL;
       CREATE TABLE shop.empty ();
       ALTER TABLE shop.empty REPLICA IDENTITY FULL;`,
    );
    await onBoth(
      "busy",
      "CREATE TABLE shop.counters (id int PRIMARY KEY, n bigint NOT NULL); GRANT ALL ON shop.counters TO shop_app",
    );
    const keeper = operator();
    expect(await keeper.run(startPlan(worldOf(clusters, DATABASES)))).toMatchObject({ outcome: "done" });
    keeper.close();
  });
  afterAll(() => stopClusters(clusters));

  const onBoth = async (database: string, sql: string): Promise<void> => {
    for (const side of ["source", "target"] as const) {
      await clusters[side].as(OPERATOR, database, (client) => client.query(sql));
    }
  };
  const write = (database: string, sql: string, role = APPLICATION): Promise<unknown> =>
    clusters.source.as(role, database, (client) => client.query(sql));
  const foundIn = (tables: readonly TableVerification[]): Record<string, TableVerification> =>
    Object.fromEntries(tables.map((table) => [table.table, table]));

  test("C3: finds changed, missing, extra and doubled rows, names their keys, and says how far it is", async () => {
    await write(
      "quiet",
      `INSERT INTO shop.orders (key) SELECT 'order ' || n FROM generate_series(1, 60000) n;
       INSERT INTO shop.events (key) SELECT 'event ' || n FROM generate_series(1, 3000) n;
       INSERT INTO shop.visits SELECT n, '2025-06-01' FROM generate_series(1, 5) n`,
    );
    await settled(clusters, "quiet");
    const pair = pairOn(clusters, "quiet");
    const told: VerificationProgress[] = [];
    const onProgress = (progress: VerificationProgress): void => void told.push(progress);
    const { verdict, rows, tables } = await verifyTables(pair, { signal, onProgress });
    expect({ verdict, rows }).toEqual({ verdict: "equal", rows: 63_005 });
    expect(foundIn(tables)["shop.orders"]).toMatchObject({ rows: { source: 60_000, target: 60_000 } });
    expect(foundIn(tables)["shop.orders"]?.chunks).toBeGreaterThan(1);
    expect(told.at(-1)).toMatchObject({ tablesDone: 5, tables: 5, rows: 63_005, percent: 100 });
    expect(told.map((progress) => progress.rows)).toEqual(
      told.map((progress) => progress.rows).sort((a, b) => a - b),
    );

    await tamper(clusters, "target", "quiet", "UPDATE shop.orders SET writer = 'x' WHERE id = 17");
    await tamper(clusters, "target", "quiet", "DELETE FROM shop.orders WHERE id = 59999");
    await tamper(clusters, "source", "quiet", "DELETE FROM shop.visits WHERE id = 4");
    // Two equal rows more: an xor alone would not see them.
    await tamper(
      clusters,
      "target",
      "quiet",
      "INSERT INTO shop.events SELECT key, receipt FROM shop.events, generate_series(1, 2) WHERE key = 'event 3'",
    );
    const after = await verifyTables(pair, { signal });
    expect(after.verdict).toBe("different");
    expect(Object.fromEntries(after.tables.map(({ table, differences }) => [table, differences]))).toEqual({
      'shop."Odd name"': [],
      "shop.events": [
        { key: expect.stringMatching(/^a row with digest -?\d+$/) as string, kind: "different" },
      ],
      "shop.orders": [
        { key: "id = '17'", kind: "different" },
        { key: "id = '59999'", kind: "missing on the target" },
      ],
      "shop.visits_2025": [{ key: "id = '4' AND day = '2025-06-01'", kind: "extra on the target" }],
      "shop.visits_2026": [],
    });
  });

  test("C3: a table that differs everywhere is named by some of its rows, from either side", async () => {
    await tamper(clusters, "target", "quiet", `DELETE FROM shop."Odd name"`);
    await tamper(
      clusters,
      "source",
      "quiet",
      `INSERT INTO shop."Odd name" SELECT n, 'n' FROM generate_series(1, 30000) n`,
    );
    const pair = pairOn(clusters, "quiet");
    const tables = ['shop."Odd name"'];
    const missing = await verifyTables(pair, { signal, tables });
    expect(missing.tables[0]).toMatchObject({
      verdict: "different",
      more: true,
      rows: { source: 30_000, target: 0 },
    });
    expect(missing.tables[0]?.differences).toHaveLength(100);
    expect(new Set(missing.tables[0]?.differences.map(({ kind }) => kind))).toEqual(
      new Set(["missing on the target"]),
    );

    await tamper(
      clusters,
      "target",
      "quiet",
      `INSERT INTO shop."Odd name" SELECT n, 'n' FROM generate_series(1, 30000) n`,
    );
    await tamper(clusters, "source", "quiet", `DELETE FROM shop."Odd name"`);
    const extra = await verifyTables(pair, { signal, tables });
    expect(extra.tables[0]).toMatchObject({ verdict: "different", more: true });
    expect(new Set(extra.tables[0]?.differences.map(({ kind }) => kind))).toEqual(
      new Set(["extra on the target"]),
    );
  });

  test("C3: takes rows that are under way for what they are, and still finds the one that differs", async () => {
    const writers = startWriters(clusters, "busy");
    await writers.wroteOn("source");
    const pair = pairOn(clusters, "busy");
    for (let round = 0; round < 5; round++) {
      expect(await verifyTables(pair, { signal })).toMatchObject({ verdict: "equal" });
      await writers.wroteOn("source");
    }
    await settled(clusters, "busy");
    await tamper(clusters, "target", "busy", "DELETE FROM shop.orders WHERE id = 1");
    const { tables } = await verifyTables(pair, { signal });
    await writers.stop();
    expect(foundIn(tables)["shop.orders"]).toMatchObject({
      differences: [{ key: "id = '1'", kind: "missing on the target" }],
      unsettled: [],
    });
  });

  test("C3: a row that is written all the time is seen to follow, and one that no longer does is not", async () => {
    await write("busy", "INSERT INTO shop.counters VALUES (1, 0), (2, 0)");
    await settled(clusters, "busy");
    let isCounting = true;
    const counting = clusters.source.as(APPLICATION, "busy", async (client) => {
      while (isCounting) await client.query("UPDATE shop.counters SET n = n + 1 WHERE id = 1");
    });
    const pair = pairOn(clusters, "busy");
    for (let round = 0; round < 3; round++) {
      expect(foundIn((await verifyTables(pair, { signal })).tables)["shop.counters"]?.differences).toEqual(
        [],
      );
    }
    await tamper(clusters, "target", "busy", "UPDATE shop.counters SET n = -1 WHERE id = 2");
    expect(foundIn((await verifyTables(pair, { signal })).tables)["shop.counters"]?.differences).toEqual([
      { key: "id = '2'", kind: "different" },
    ]);
    isCounting = false;
    await counting;
  });

  test("C3: says nothing yet of a table that is still being copied", async () => {
    const copying = (state: string): Promise<unknown> =>
      clusters.target.as("postgres", "rounds", (client) =>
        client.query(
          "UPDATE pg_subscription_rel SET srsubstate = $1 WHERE srrelid = 'shop.orders'::regclass",
          [state],
        ),
      );
    const subscription = (change: string): Promise<unknown> =>
      clusters.target.as("postgres", "rounds", (client) =>
        client.query(`ALTER SUBSCRIPTION relocate_to_target ${change}`),
      );
    await subscription("DISABLE");
    await copying("d");
    const { verdict, tables } = await verifyTables(pairOn(clusters, "rounds"), { signal });
    await copying("r");
    await subscription("ENABLE");
    expect(verdict).toBe("unsettled");
    expect(foundIn(tables)["shop.orders"]).toMatchObject({
      verdict: "unsettled",
      rows: { source: 0, target: 0 },
      unsettled: ["all rows: they are still being copied"],
    });
  });

  test("C3: a round reads again what was written since the last one, and what was not equal", async () => {
    await write("rounds", "INSERT INTO shop.orders (key) VALUES ('first')");
    await write("rounds", "INSERT INTO shop.events (key) VALUES ('first')");
    await settled(clusters, "rounds");
    await tamper(clusters, "target", "rounds", `INSERT INTO shop."Odd name" VALUES (1, 'stray')`);
    let since: Verification | undefined;
    const round = async (): Promise<string[]> => {
      const before = since;
      since = await verifyTables(pairOn(clusters, "rounds"), { signal, since });
      return since.tables.filter((table) => !before?.tables.includes(table)).map(({ table }) => table);
    };
    await round();
    // The servers count a commit up to a second late: a round more sees what the first one could not know of.
    for (let again = await round(); again.length > 1; again = await round()) await pause(100);
    await write("rounds", "INSERT INTO shop.events (key) VALUES ('second')");
    let seen: string[] = [];
    while (!seen.includes("shop.events")) seen = await round();
    expect(seen).toEqual(['shop."Odd name"', "shop.events"]);
  });

  test("C3: reads keys of any type, in whatever order they are sorted, and tells texts apart that count as equal", async () => {
    await write(
      "rounds",
      `INSERT INTO shop.pairs SELECT 'it''s \\ ' || n % 7, '2025-01-01'::timestamptz + n * interval '1.000001 s', n / 3.0 FROM generate_series(1, 25000) n;
       INSERT INTO shop.tokens SELECT md5(n::text)::uuid, jsonb_build_object('n', n), 1.50, '{"a": 1}', point(n, 0.1) FROM generate_series(1, 200) n;
       INSERT INTO shop.colours VALUES ('blue'), ('red');
       INSERT INTO shop.names SELECT chr(65 + n % 26) || repeat('ä', n % 5) || n FROM generate_series(1, 15000) n;
       INSERT INTO shop.codes SELECT 'code ' || n, n FROM generate_series(1, 100) n;
       INSERT INTO shop.empty DEFAULT VALUES`,
      OPERATOR,
    );
    await settled(clusters, "rounds");
    const pair = pairOn(clusters, "rounds");
    const names = ["codes", "colours", "empty", "names", "pairs", "tokens"].map((name) => `shop.${name}`);
    const equal = await verifyTables(pair, { signal, tables: names });
    expect(equal.tables.filter(({ verdict }) => verdict !== "equal")).toEqual([]);
    expect(foundIn(equal.tables)["shop.names"]).toMatchObject({ rows: { source: 15_000, target: 15_000 } });
    expect(foundIn(equal.tables)["shop.empty"]).toMatchObject({ rows: { source: 1, target: 1 } });

    await tamper(clusters, "target", "rounds", "UPDATE shop.tokens SET price = 1.5 WHERE doc = '{\"n\": 3}'");
    await tamper(
      clusters,
      "target",
      "rounds",
      "UPDATE shop.colours SET colour = 'green' WHERE colour = 'red'",
    );
    await tamper(
      clusters,
      "target",
      "rounds",
      "DELETE FROM shop.pairs WHERE at = '2025-01-01'::timestamptz + 8 * interval '1.000001 s'",
    );
    await tamper(clusters, "target", "rounds", `UPDATE shop.codes SET "select" = NULL WHERE code = 'code 9'`);
    await tamper(clusters, "target", "rounds", "DELETE FROM shop.names WHERE name LIKE '%12345'");
    const { tables } = await verifyTables(pair, { signal, tables: names });
    const differing = tables.flatMap(({ table, differences }) =>
      differences.map(({ key, kind }) => `${table} ${key}: ${kind}`),
    );
    expect(differing).toEqual([
      "shop.codes code = 'code 9': different",
      "shop.colours colour = 'red': missing on the target",
      "shop.colours colour = 'green': extra on the target",
      expect.stringMatching(/^shop.names name = '.*12345': missing on the target$/),
      "shop.pairs name =  E'it''s \\\\ 1' AND at = '2025-01-01 00:00:08.000008+00': missing on the target",
      expect.stringMatching(/^shop.tokens id = '[-0-9a-f]{36}': different$/),
    ]);
  });
});
