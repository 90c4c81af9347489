import { startPlan } from "../../../runbook/plans/start";
import { compareDatabase } from "../../../runbook/postgres/compare";
import { APPLICATION, pairOn, startClusters, stopClusters, worldOf, type Clusters } from "../clusters";
import { migrateBoth, operator, settled } from "../plans/course";
import { startWriters } from "../writers";

const signal = new AbortController().signal;

describe("the comparison of both sides", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters();
    for (const database of ["quiet", "busy"]) {
      await migrateBoth(clusters, database);
      const keeper = operator();
      expect(await keeper.run(startPlan(worldOf(clusters, [database])))).toMatchObject({ outcome: "done" });
      keeper.close();
    }
  });
  afterAll(() => stopClusters(clusters));

  /** Changes a side behind replication's back: as if it had come from a third place, it is not carried over. */
  const tamper = (side: "source" | "target", database: string, sql: string) =>
    clusters[side].as("postgres", database, async (client) => {
      await client.query(`
        SELECT pg_replication_origin_create('tamper')
          WHERE NOT EXISTS (SELECT FROM pg_replication_origin WHERE roname = 'tamper')`);
      await client.query("SELECT pg_replication_origin_session_setup('tamper')");
      await client.query("SET session_replication_role = replica");
      await client.query(sql);
    });

  test("C3: finds a changed, a missing and a doubled row, and names their keys", async () => {
    await clusters.source.as(APPLICATION, "quiet", (client) =>
      client.query(`
        INSERT INTO shop.orders (key) SELECT 'order ' || n FROM generate_series(1, 3000) n;
        INSERT INTO shop.events (key) SELECT 'event ' || n FROM generate_series(1, 10) n;
        INSERT INTO shop.visits SELECT n, '2025-06-01' FROM generate_series(1, 5) n`),
    );
    await settled(clusters, "quiet");
    const pair = pairOn(clusters, "quiet");
    expect(await compareDatabase(pair, signal)).toMatchObject({ isEqual: true, rows: 3015 });

    await tamper("target", "quiet", "UPDATE shop.orders SET writer = 'x' WHERE id = 17");
    await tamper("target", "quiet", "DELETE FROM shop.visits WHERE id = 4");
    // Two equal rows more: an xor alone would not see them.
    await tamper(
      "target",
      "quiet",
      "INSERT INTO shop.events SELECT key, receipt FROM shop.events, generate_series(1, 2) WHERE key = 'event 3'",
    );
    const { isEqual, tables } = await compareDatabase(pair, signal);
    expect(isEqual).toBe(false);
    expect(Object.fromEntries(tables.map(({ table, different }) => [table, different]))).toEqual({
      'shop."Odd name"': [],
      "shop.events": [expect.stringMatching(/^a row with digest -?\d+$/)],
      "shop.orders": ["(17)"],
      "shop.visits": ["(2025-06-01,4)"],
    });
  });

  test("C3: takes rows that are under way for what they are, and still finds the one that differs", async () => {
    const writers = startWriters(clusters, "busy");
    await writers.wroteOn("source");
    const pair = pairOn(clusters, "busy");
    for (let round = 0; round < 5; round++) {
      expect(await compareDatabase(pair, signal)).toMatchObject({ isEqual: true });
      await writers.wroteOn("source");
    }
    await settled(clusters, "busy");
    await tamper("target", "busy", "DELETE FROM shop.orders WHERE id = 1");
    const { tables } = await compareDatabase(pair, signal);
    await writers.stop();
    expect(tables.find(({ table }) => table === "shop.orders")).toMatchObject({
      different: ["(1)"],
      unsettled: [],
    });
  });
});
