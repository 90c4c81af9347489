import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { abortPlan } from "../../../runbook/plans/abort";
import { completePlan } from "../../../runbook/plans/complete";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { replayPlan } from "../../../runbook/plans/replay";
import { startPlan } from "../../../runbook/plans/start";
import { readLateRows } from "../../../runbook/late-rows/late-rows";
import { describeLateRows } from "../../../runbook/late-rows/telling";
import type { PlanResult } from "../../../runbook/result";
import type { Side } from "../../../runbook/side";
import type { SnapshotPair, World } from "../../../runbook/world";
import { APPLICATION, OPERATOR, stopClusters, type Cluster, type Clusters } from "../clusters";
import { operator } from "../plans/course";
import { takeSnapshot } from "../server";
import { ask, DATABASE, rowsOf, snapshotPair, startShop, traces, waiting, write } from "./shop";

const signal = new AbortController().signal;
const worldOf = (clusters: Clusters): World => ({ databases: [], snapshots: [snapshotPair(clusters)] });
const NEXT_USER = "SELECT nextval('shop.users_id_seq')::integer AS answer";

// Each test goes on where the one before it has left both sides.
describe("rows that were written after a snapshot", () => {
  let source: Cluster;
  let clusters: Clusters | undefined;
  const keeper = operator();
  beforeAll(async () => (source = await startShop()));
  afterAll(async () => {
    keeper.close();
    await stopClusters(clusters ?? { source, target: source });
  });

  const both = (): Clusters => clusters as Clusters;
  /** What is told of rows that were left alone, and of tables. */
  const toldNow = async (): Promise<string> =>
    describeLateRows(await readLateRows(snapshotPair(both()), signal));
  const replay = (): Promise<PlanResult> => keeper.run(replayPlan(worldOf(both())));

  test("A5: a user that came after the snapshot, with a session, is on the target after the replay; so is all else", async () => {
    // Nothing of the target is needed for it.
    const started = await keeper.run(startPlan(worldOf({ source, target: source })));
    expect(started).toMatchObject({ outcome: "done", cause: undefined });
    await write(source, "UPDATE shop.users SET name = 'early' WHERE id = 1");
    const restore = await source.as(APPLICATION, DATABASE, async (client) => {
      // Has written, and is not committed before the snapshot is taken.
      await client.query("BEGIN; INSERT INTO shop.users (email) VALUES ('open') ");
      const taken = await takeSnapshot(source);
      await client.query("COMMIT");
      return taken;
    });
    await write(
      source,
      "WITH made AS (INSERT INTO shop.users (email, name) VALUES ('late', 'Late') RETURNING id) INSERT INTO shop.sessions (user_id) SELECT id FROM made",
      "UPDATE shop.users SET name = 'changed' WHERE id = 2",
      "DELETE FROM shop.users WHERE id = 3",
      "BEGIN",
      "INSERT INTO shop.users (email) VALUES ('given up')",
      "ROLLBACK",
      "INSERT INTO shop.\"Odd log\" SELECT 'new', '2025-06-01 12:00+05', 0.1 + 0.2 FROM generate_series(1, 2)",
      'DELETE FROM shop."Odd log" WHERE ctid = (SELECT min(ctid) FROM shop."Odd log" WHERE note = \'old\')',
      "UPDATE shop.visits SET day = day + interval '1 year' WHERE id = 1",
      "INSERT INTO shop.visits_2025 VALUES (3, '2025-07-01', 'directly')",
    );
    clusters = { source, target: await restore() };
    const found = await readLateRows(snapshotPair(clusters), signal);
    expect(found).toMatchObject({ database: DATABASE, conflicts: [], faults: [], acceptedLossMinutes: 60 });
    expect(
      Object.fromEntries(found.tables.map(({ table, ...counts }) => [table, Object.values(counts)])),
    ).toEqual({
      'shop."Odd log"': [1, 1, 0, 0],
      "shop.audit": [3, 0, 0, 0],
      "shop.sessions": [1, 0, 1, 0],
      "shop.users": [2, 1, 1, 0],
      "shop.visits": [2, 0, 1, 0],
    });
    expect(found.minutes).toBeGreaterThan(0);
    expect(
      await ask(clusters.target, "SELECT count(*)::integer AS answer FROM shop.users WHERE email = 'late'"),
    ).toBe(0);

    const { outcome, cause, steps } = await replay();
    expect({ outcome, cause }).toEqual({ outcome: "done", cause: undefined });
    expect(steps[1]?.observations).toMatchObject({ "shop.rows": 14, "shop.leftAlone": 0 });
    expect(await rowsOf(clusters.target)).toEqual(await rowsOf(source));
    expect(await ask<number>(clusters.target, NEXT_USER)).toBeGreaterThan(
      (await ask<number>(source, NEXT_USER)) + 900,
    );
    expect((await readLateRows(snapshotPair(clusters), signal)).tables).toEqual([]);
  });

  test("A5: what the source takes afterwards comes with the next replay, and what the target took stays", async () => {
    await write(
      both().target,
      "INSERT INTO shop.users (email) VALUES ('of the target')",
      "UPDATE shop.users SET name = 'target' WHERE id = 4",
    );
    await write(
      source,
      "INSERT INTO shop.users (email) VALUES ('straggler')",
      "UPDATE shop.users SET name = 'again' WHERE id = 2",
    );
    expect(await replay()).toMatchObject({ outcome: "done", cause: undefined });
    const names =
      "SELECT array_agg(email || ' ' || coalesce(name, '-') ORDER BY id) AS answer FROM shop.users WHERE id IN (2, 4) OR id > 20";
    expect(await ask(both().target, names)).toEqual([
      ...["user2 again", "user4 target", "open -", "late Late", "straggler -", "of the target -"],
    ]);
    // Nothing that was replayed has counted as written there.
    expect(
      await ask(
        both().target,
        "SELECT count(DISTINCT key)::integer AS answer FROM relocate.written WHERE relation = 'shop.users'",
      ),
    ).toBe(2);
  });

  test("A5: rows that both sides wrote, or that the target cannot take, are told and left alone, with what refers to them", async () => {
    await write(
      source,
      "UPDATE shop.users SET name = 'by source' WHERE id IN (5, 6, 7)",
      "INSERT INTO shop.users (email) VALUES ('taken')",
      "INSERT INTO shop.sessions (user_id) SELECT id FROM shop.users WHERE email = 'taken'",
      "DELETE FROM shop.users WHERE id = 8",
      "INSERT INTO shop.sessions (user_id) VALUES (9)",
      "UPDATE shop.users SET email = 'swap' WHERE id = 11",
      "UPDATE shop.users SET email = 'user11' WHERE id = 12",
      "UPDATE shop.users SET email = 'user12' WHERE id = 11",
    );
    await write(
      both().target,
      "UPDATE shop.users SET name = 'by target' WHERE id = 5",
      "DELETE FROM shop.users WHERE id = 6",
      "INSERT INTO shop.users (email) VALUES ('taken')",
      "INSERT INTO shop.sessions (token, user_id) VALUES ('00000000-0000-0000-0000-000000000008', 8)",
      "DELETE FROM shop.users WHERE id = 9",
    );
    const before = await rowsOf(both().target);
    const result = await replay();
    expect(result.outcome).toBe("stopped");
    expect(result.cause).toContain("shop: shop.users: 4 rows");
    expect(result.cause).not.toContain("id = '5'");
    const told = await toldNow();
    const taken = await ask<number>(
      source,
      "SELECT id::integer AS answer FROM shop.users WHERE email = 'taken'",
    );
    for (const text of [
      "left alone: shop.users id = '5': written on both sides",
      "left alone: shop.users id = '6': written on both sides",
      `left alone: shop.users id = '${taken}': the target cannot take it: duplicate key value violates unique constraint "users_email_key"`,
      "left alone: shop.users id = '8': rows of shop.sessions on the target refer to it (sessions_user_id_fkey)",
    ])
      expect(told).toContain(text);
    expect(told).toMatch(
      /left alone: shop\.sessions token = '[^']+': its row in shop\.users is not on the target/,
    );
    const emails =
      "SELECT array_agg(email || ' ' || coalesce(name, '-') ORDER BY id) AS answer FROM shop.users WHERE id IN (5, 6, 7, 8, 9, 11, 12)";
    expect(await ask(both().target, emails)).toEqual([
      ...["user5 by target", "user7 by source", "user8 User 8", "user12 User 11", "user11 User 12"],
    ]);
    // The source had ended the old session of user 8 together with the user.
    expect((await rowsOf(both().target)).sessions).toEqual(
      before.sessions?.filter((row) => !/,8\)$/.test(row) || row.includes("00000000")),
    );

    await write(both().target, "UPDATE shop.users SET name = 'by source' WHERE id = 5");
    await replay();
    expect(await toldNow()).not.toContain("id = '5'");
  });

  test("A5: a row that the application is writing on the target meanwhile is left alone", async () => {
    await write(
      source,
      "UPDATE shop.users SET name = 'raced' WHERE id = 13",
      "UPDATE shop.users SET name = 'came' WHERE id = 14",
    );
    await both().target.as(APPLICATION, DATABASE, async (client) => {
      await client.query("BEGIN; UPDATE shop.users SET name = 'by target' WHERE id = 13");
      const replaying = replay();
      await waiting(both().target);
      await client.query("COMMIT");
      expect((await replaying).outcome).toBe("stopped");
      expect(await toldNow()).toContain("left alone: shop.users id = '13': written on both sides");
    });
    const names = "SELECT array_agg(name ORDER BY id) AS answer FROM shop.users WHERE id IN (13, 14)";
    expect(await ask(both().target, names)).toEqual(["by target", "came"]);
  });

  test("A4 A5: cutover refuses a target that lacks more than is accepted, complete one that lacks anything", async () => {
    await write(source, "UPDATE shop.users SET name = 'late' WHERE id = 16");
    const strict = { databases: [], snapshots: [snapshotPair(both(), { acceptedLossMinutes: -1 })] };
    expect(await keeper.run(cutoverPlan(strict))).toMatchObject({
      outcome: "stopped",
      cause: expect.stringMatching(
        /lacks what the source has taken in \d+\.\d minutes, accepted are -1/,
      ) as string,
    });
    const { steps } = await keeper.run(cutoverPlan(worldOf(both())));
    expect(steps.find(({ id }) => id === "late-rows")?.observations).toEqual({
      ...{ "shop.lateRows": 2, "shop.lossMinutes": 0 },
    });
    expect((await keeper.run(completePlan(worldOf(both())))).cause).toContain(
      "2 rows of the source are not on the target: run `relocate replay` first",
    );
  });

  test("A5: a replay that is killed in the middle has brought nothing, and the next one brings all, once", async () => {
    await write(
      source,
      "UPDATE shop.users SET name = 'last' WHERE id = 15",
      "INSERT INTO shop.\"Odd log\" SELECT 'killed' FROM generate_series(1, 3)",
    );
    const killed = "SELECT count(*)::integer AS answer FROM shop.\"Odd log\" WHERE note = 'killed'";
    await both().target.as(APPLICATION, DATABASE, async (client) => {
      // The last table in order, so that all others have been written when it waits here.
      await client.query("BEGIN; SELECT FROM shop.users WHERE id = 15 FOR UPDATE");
      const argument = JSON.stringify({
        source: source.config(OPERATOR, DATABASE),
        target: both().target.config(OPERATOR, DATABASE),
      });
      const script = [
        "-r",
        "ts-node/register/transpile-only",
        join(__dirname, "replay-process.ts"),
        argument,
      ];
      const child = spawn(process.execPath, script, { stdio: ["ignore", "ignore", "inherit"] });
      await waiting(both().target);
      child.kill("SIGKILL");
      expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
      await client.query("COMMIT");
    });
    expect(await ask(both().target, killed)).toBe(0);
    await replay();
    expect(await ask(both().target, killed)).toBe(3);
    await replay();
    expect(await ask(both().target, killed)).toBe(3);
  });

  test("A5: what cannot be told is told: a table that came later, one that was emptied, columns that changed", async () => {
    await source.as(OPERATOR, DATABASE, (client) =>
      client.query(`CREATE TABLE shop.later (id int PRIMARY KEY);
                    ALTER TABLE shop.audit ADD COLUMN more text`),
    );
    await write(source, "TRUNCATE shop.visits", "INSERT INTO shop.visits VALUES (9, '2026-01-09', 'after')");
    const before = (await rowsOf(both().target)).visits;
    const { outcome, cause } = await replay();
    expect(outcome).toBe("stopped");
    expect(cause).toContain("shop: shop.later: it came after `relocate start`, and is not recorded");
    expect(cause).toContain("shop: shop.audit: its columns or its key have changed after the snapshot");
    expect(await toldNow()).toContain(
      "left alone: shop.visits all rows: the table was emptied by TRUNCATE on the source",
    );
    expect((await rowsOf(both().target)).visits).toEqual(before);

    for (const cluster of Object.values(both()))
      await cluster.as(OPERATOR, DATABASE, (client) =>
        client.query(`CREATE TABLE IF NOT EXISTS shop.later (id int PRIMARY KEY);
                      ALTER TABLE shop.audit ADD COLUMN IF NOT EXISTS more text`),
      );
    expect((await replay()).cause).not.toContain("shop.audit");
    expect((await rowsOf(both().target)).audit).toEqual(
      expect.arrayContaining((await rowsOf(source)).audit ?? []),
    );
  });

  test("fails without touching anything where replaying would go wrong, and says what to do", async () => {
    const replayFailure = async (change: Partial<SnapshotPair>): Promise<string | undefined> => {
      const { outcome, cause } = await keeper.run(
        replayPlan({ databases: [], snapshots: [snapshotPair(both(), change)] }),
      );
      expect(outcome).not.toBe("done");
      return cause;
    };
    const own = (side: Side) => both()[side].config(OPERATOR, DATABASE);
    expect(await replayFailure({ operator: () => Promise.resolve(own("source")) })).toContain(
      "the source and the target are the same database",
    );
    expect((await keeper.run(replayPlan({ databases: [] }))).cause).toContain(
      "no database moves by snapshot",
    );
    expect(
      await replayFailure({
        operator: (side) =>
          Promise.resolve({ ...own(side), database: side === "target" ? "postgres" : DATABASE }),
      }),
    ).toContain(
      "the target holds no record: it was restored from a snapshot that is older than `relocate start`",
    );

    const set = "SET ON PARAMETER session_replication_role";
    await both().target.as("postgres", DATABASE, (client) => client.query(`REVOKE ${set} FROM ${OPERATOR}`));
    expect(await replayFailure({})).toContain(`GRANT ${set} TO ${OPERATOR}`);
    await both().target.as("postgres", DATABASE, async (client) => {
      await client.query(`GRANT ${set} TO ${OPERATOR}`);
      await client.query("UPDATE relocate.record SET id = gen_random_uuid()");
    });
    expect(await replayFailure({})).toContain("it was restored from a snapshot of another database");
  });

  test("D6: complete ends the record once nothing is late, and abort in any case", async () => {
    const complete = (): Promise<PlanResult> => keeper.run(completePlan(worldOf(both())));
    expect((await complete()).cause).toContain("rows may be late: the target's record is ");
    const id = await ask<string>(source, "SELECT id::text AS answer FROM relocate.record");
    await both().target.as("postgres", DATABASE, (client) =>
      client.query("UPDATE relocate.record SET id = $1", [id]),
    );
    await write(source, "UPDATE shop.users SET name = 'at last' WHERE id = 17");
    expect((await complete()).cause).toContain(
      "rows of the source are not on the target: run `relocate replay`",
    );
    await replay();
    expect(await complete()).toMatchObject({ outcome: "done", cause: undefined });
    expect(await traces(both())).toEqual([0, 0]);
    expect((await replay()).cause).toContain("the source records nothing: run `relocate start`");
    await keeper.run(startPlan(worldOf(both())));
    expect((await traces(both()))[0]).toBeGreaterThan(0);
    expect(await keeper.run(abortPlan(worldOf(both())))).toMatchObject({ outcome: "done", cause: undefined });
    expect(await traces(both())).toEqual([0, 0]);
  });
});
