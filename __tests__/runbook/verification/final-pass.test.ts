import { dryRun } from "../../../runbook/dry-run";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import type { KeptVerifications } from "../../../runbook/plans/final-pass-steps";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { Plan } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import type { TableVerification, Verification } from "../../../runbook/verification/result";
import { decideFinalPass, finalPass, type FinalPass } from "../../../runbook/verification/final-pass";
import { verifyTables } from "../../../runbook/verification/tables";
import { APPLICATION, pairOn, startClusters, stopClusters, worldOf, type Clusters } from "../clusters";
import { migrateBoth, operator, settled, withEvent } from "../plans/course";
import { tamper } from "./tamper";

const signal = new AbortController().signal;

const table = (name: string, change: Partial<TableVerification> = {}): TableVerification => ({
  table: name,
  verdict: "equal",
  rows: { source: 1, target: 1 },
  chunks: 1,
  differences: [],
  more: false,
  unsettled: [],
  activity: { source: "1", target: "1" },
  readMs: 100,
  ...change,
});
const verified = (...tables: TableVerification[]): Verification => ({
  database: "orders",
  verdict: "equal",
  tables,
  rows: 0,
  startedAt: "2026-01-01T00:00:00Z",
  endedAt: "2026-01-01T00:00:01Z",
});
const counted = (of: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(of).map(([name, source]) => [
      name,
      { activity: { source, target: "1" }, isCopying: false },
    ]),
  );

describe("the decision about a final pass", () => {
  test("reads what was written since, and needs some of the budget for what comes otherwise", () => {
    const since = verified(table("a"), table("b"), table("c", { verdict: "unsettled" }));
    const now = counted({ a: "1", b: "2", c: "1" });
    expect(decideFinalPass(since, now, 250)).toEqual({ fits: true, tables: ["b", "c"], estimatedMs: 200 });
    expect(decideFinalPass(since, now, 249)).toMatchObject({ fits: false, estimatedMs: 200 });
  });

  test("nothing was written: nothing is read, whatever the budget", () => {
    expect(decideFinalPass(verified(table("a")), counted({ a: "1" }), 0)).toEqual({
      fits: true,
      tables: [],
      estimatedMs: 0,
    });
  });

  test("what was never read fits no budget, since nobody knows how long it takes", () => {
    const decision = decideFinalPass(verified(table("a")), counted({ a: "1", b: "1" }), 60_000);
    expect(decision).toEqual({ fits: false, tables: ["b"], estimatedMs: undefined });
  });
});

describe("the final pass", () => {
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters();
    await migrateBoth(clusters, "final");
    const keeper = operator();
    expect(await keeper.run(startPlan(worldOf(clusters, ["final"])))).toMatchObject({ outcome: "done" });
    keeper.close();
  });
  afterAll(() => stopClusters(clusters));

  const pass = (since: Verification, budgetMs: number): Promise<FinalPass> =>
    finalPass(pairOn(clusters, "final"), since, budgetMs, signal);

  test("C3: finds what went wrong since the last verification, within its budget or not at all", async () => {
    await clusters.source.as(APPLICATION, "final", (client) =>
      client.query("INSERT INTO shop.orders (key) SELECT n::text FROM generate_series(1, 20000) n"),
    );
    await settled(clusters, "final");
    const since = await verifyTables(pairOn(clusters, "final"), { signal });
    expect(since.verdict).toBe("equal");
    await clusters.source.as(APPLICATION, "final", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('late'), ('lost')"),
    );
    await settled(clusters, "final");
    await tamper(clusters, "target", "final", "DELETE FROM shop.orders WHERE key = 'lost'");
    // The servers count writes up to a second late.
    let found = await pass(since, 60_000);
    while (found.outcome !== "verified" || found.verification.verdict === "equal")
      found = await pass(since, 60_000);
    const orders = found.verification.tables.find((one) => one.table === "shop.orders");
    expect(orders).toMatchObject({
      rows: { source: 20_002, target: 20_001 },
      differences: [{ key: "id = '20002'", kind: "missing on the target" }],
    });

    const believed = (readMs: number): Verification => ({
      ...since,
      tables: since.tables.map((one) => ({ ...one, readMs })),
    });
    expect(await pass(believed(60_000), 60_000)).toMatchObject({
      outcome: "left out",
      decision: { fits: false },
    });
    expect(await pass(believed(0), 1)).toMatchObject({ outcome: "out of time" });
  });

  test("C3: a cutover compares before the hold and after the switch, refuses to leave rows behind, and tells of those it left", async () => {
    const pair = pairOn(clusters, "final");
    const world: World = { databases: [pair] };
    const limits = { steadyLag: 20 };
    let last: Verification | undefined = await verifyTables(pair, { signal });
    const kept: KeptVerifications = {
      last: () => Promise.resolve(last),
      keep: (found) => Promise.resolve(void (last = found)),
    };
    const keeper = operator();
    const cutover = (): Plan => cutoverPlan(world, limits, kept);
    const refused = await keeper.run(cutover());
    expect(refused).toMatchObject({ outcome: "undone", crossed: false });
    expect(refused.cause).toContain(
      "final: the sides differ; `relocate verify` names the rows: make them alike, or remove the verification's file\n  shop.orders: 1 rows differ",
    );

    const bringBack = (key: string): Promise<unknown> =>
      tamper(
        clusters,
        "target",
        "final",
        `INSERT INTO shop.orders OVERRIDING SYSTEM VALUE SELECT max(id) + 1, '${key}' FROM shop.orders`,
      );
    await bringBack("lost");
    last = await verifyTables(pair, { signal });
    expect(last.verdict).toBe("equal");
    await clusters.source.as(APPLICATION, "final", (client) =>
      client.query("INSERT INTO shop.orders (key) VALUES ('until the switch')"),
    );
    const told = await dryRun(cutover(), { signal });
    expect(told.steps.find(({ id }) => id === "verified")).toMatchObject({
      error: undefined,
      actions: [
        expect.stringMatching(/^final: compare \d+ tables that were written since \d{4}-/),
      ] as unknown,
    });
    const deleted = (): Promise<number> =>
      clusters.target.as("postgres", "final", async (client) => {
        const { rows } = await client.query<{ n: number }>(
          "SELECT n_tup_del::integer AS n FROM pg_stat_user_tables WHERE relid = 'shop.orders'::regclass",
        );
        return rows[0]?.n ?? 0;
      });
    const lossy = withEvent(cutover(), "handover", async () => {
      const before = await deleted();
      await tamper(clusters, "target", "final", "DELETE FROM shop.orders WHERE key = 'until the switch'");
      // A server counts a session's writes a moment after its end.
      while ((await deleted()) === before);
    });
    const found = await keeper.run(lossy);
    expect(found).toMatchObject({ outcome: "stopped", crossed: true });
    expect(found.cause).toContain("shop.orders: 1 rows differ");
    expect(found.steps.at(-1)).toMatchObject({
      id: "verified-after",
      observations: { "final.verification": "different" },
    });

    await bringBack("until the switch");
    expect(await keeper.run(cutover())).toMatchObject({ outcome: "done", cause: undefined });
    const back = await keeper.run(rollbackPlan(world, limits, kept));
    expect(back).toMatchObject({ outcome: "done", cause: undefined });
    expect(back.steps.map(({ id }) => id)).not.toContain("verified");
    expect(back.steps.at(-1)?.observations).toMatchObject({ "final.verification": "equal" });
    keeper.close();
  });
});
