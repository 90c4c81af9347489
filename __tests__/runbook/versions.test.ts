import { setTimeout as pause } from "node:timers/promises";
import { abortPlan } from "../../runbook/plans/abort";
import { completePlan } from "../../runbook/plans/complete";
import { cutoverPlan } from "../../runbook/plans/cutover";
import { rollbackPlan } from "../../runbook/plans/rollback";
import { startPlan } from "../../runbook/plans/start";
import { findingsOf } from "../../runbook/postgres/preflight/check";
import { blocking } from "../../runbook/postgres/preflight/finding";
import { preflight } from "../../runbook/postgres/preflight/preflight";
import { connect } from "../../runbook/postgres/session";
import { sowSlot } from "../../runbook/postgres/slot-placement";
import { otherSide, SIDES } from "../../runbook/side";
import { readDatabase } from "../../runbook/status/database-status";
import { workloadStanding } from "../../runbook/status/standing";
import type { Plan } from "../../runbook/step";
import { verifyTables } from "../../runbook/verification/tables";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  pairOn,
  startCluster,
  worldOf,
  type Cluster,
  type Clusters,
} from "./clusters";
import { olderBinaries, type OlderVersion } from "./older-servers";
import { expectNothingLost, migrateBoth, operator, traces, withEvent, type Operator } from "./plans/course";
import { PASSWORD } from "./server";
import { startWriters, type Writers } from "./writers";

/** Pairs of versions, source and target, such as `13-18 14-14`; decision 019 says which prove what. */
const PAIRS = (process.env.RELOCATE_VERSION_PAIRS ?? "13-14 14-17 15-16 16-17 17-18").split(" ");
const limits = { steadyLag: 20 };
/** Rows of one transaction. */
const BULK = 3_000;

describe("servers of every version", () => {
  const servers = new Map<string, Promise<Cluster>>();
  let keeper: Operator;
  let writers: Writers | undefined;
  afterAll(async () => {
    await Promise.all([...servers.values()].map(async (server) => (await server).stop()));
  });
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await writers?.stop();
    writers = undefined;
    keeper.close();
  });

  /** A pair of one version is two servers. */
  const clustersOf = async (pair: string): Promise<Clusters> => {
    const [from = "", to = ""] = pair.split("-");
    const server = (version: string, name = version): Promise<Cluster> => {
      const binaries = version === "18" ? undefined : olderBinaries(Number(version) as OlderVersion);
      const started = servers.get(name) ?? startCluster({ logical_decoding_work_mem: "64kB" }, binaries);
      servers.set(name, started);
      return started;
    };
    const [source, target] = await Promise.all([server(from), server(to, from === to ? `${to} again` : to)]);
    return { source, target };
  };
  const login = (cluster: Cluster, database: string, signal: AbortSignal) =>
    connect(cluster.config(OPERATOR, database), signal);
  const succeed = async (plan: Plan): Promise<void> =>
    expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });

  beforeAll(async () => {
    await Promise.all(PAIRS.map(clustersOf));
  });

  test.each(PAIRS)(
    "A5, B2, B4: a database of the versions %s is switched there, back and there again under load, and nothing is lost or doubled",
    async (pair) => {
      const clusters = await clustersOf(pair);
      const database = `from_${pair.replace("-", "_to_")}`;
      // Later than 15, the program that copies schemas may not be there.
      if (Number(pair.slice(0, 2)) > 15) await migrateBoth(clusters, database);
      else {
        await migrate(clusters.source, database);
        await clusters.target.as(OPERATOR, "postgres", (client) =>
          client.query(`CREATE DATABASE ${database}`),
        );
      }
      await clusters.source.as(APPLICATION, database, (client) =>
        client.query("INSERT INTO shop.orders (key) SELECT 'old-' || n FROM generate_series(1, 500) n"),
      );
      const world = worldOf(clusters, [database]);
      writers = startWriters(clusters, database);
      await succeed(startPlan(world));
      for (const [plan, side] of [
        [cutoverPlan(world, limits), "target"],
        [rollbackPlan(world, limits), "source"],
        [cutoverPlan(world, limits), "target"],
      ] as const) {
        // More than the server decodes in memory: version 13 keeps it on disk, later ones stream it while it is open.
        await clusters[otherSide(side)].as(APPLICATION, database, (client) =>
          client.query("INSERT INTO shop.orders (key) SELECT gen_random_uuid() FROM generate_series(1, $1)", [
            BULK,
          ]),
        );
        await succeed(plan);
        await writers.wroteOn(side);
      }
      const { signal } = new AbortController();
      const [turned] = world.databases;
      if (!turned) throw new Error("no database");
      expect(blocking(findingsOf(await preflight(world.databases, signal)))).toEqual([]);
      expect(workloadStanding([await readDatabase(turned, signal)], {})).toMatchObject({
        phase: "switched",
        wayBack: expect.stringContaining("relocate rollback") as string,
      });
      await expectNothingLost(clusters, database, writers, ["target"]);
      const verified = await verifyTables(turned, { signal });
      expect(verified.verdict).toBe("equal");
      const orders = verified.tables.find(({ table }) => table === "shop.orders");
      expect(orders?.rows.target).toBeGreaterThanOrEqual(500 + 3 * BULK + writers.ledger.length);
      await succeed(completePlan(world));
      expect(await traces(clusters, "target", database)).toEqual([]);
    },
  );

  test.each(["13-14", "17-18"])(
    "fails at a copy that the target refuses, of the versions %s: it is given up, and leaves nothing",
    async (pair) => {
      const clusters = await clustersOf(pair);
      const database = `refused_${pair.replace("-", "_")}`;
      await migrateBoth(clusters, database);
      await clusters.source.as(APPLICATION, database, (client) =>
        client.query("INSERT INTO shop.orders (key) VALUES ('unfit')"),
      );
      const refuse = (): Promise<unknown> =>
        clusters.target.as(OPERATOR, database, (client) =>
          client.query("ALTER TABLE shop.orders ADD CHECK (key <> 'unfit')"),
        );
      const result = await keeper.run(withEvent(startPlan(worldOf(clusters, [database])), "gates", refuse));
      expect(result).toMatchObject({ outcome: "undone" });
      expect(result.cause).toContain("1 tables cannot be copied: the log of the target's server says why");
      const left = await Promise.all(SIDES.map((side) => traces(clusters, side, database)));
      expect(left).toEqual([[], []]);
    },
  );

  test("B2, B3: before version 16 a subscription takes a superuser, or on RDS rds_superuser, as the preflight says; nothing else does", async () => {
    const clusters = await clustersOf("13-14");
    const database = "by_a_junior";
    await migrateBoth(clusters, database);
    const onBoth = (sql: string) =>
      Promise.all(
        SIDES.map((side) => clusters[side].as("postgres", database, (client) => client.query(sql))),
      );
    await onBoth(`CREATE ROLE junior LOGIN CREATEROLE REPLICATION PASSWORD '${PASSWORD}';
      GRANT pg_monitor, pg_signal_backend, ${OPERATOR} TO junior; GRANT CREATE ON DATABASE ${database} TO junior`);
    const pair = pairOn(clusters, database, {
      operator: (side) => Promise.resolve(clusters[side].config("junior", database)),
    });
    const lacks = async () =>
      findingsOf(await preflight([pair], new AbortController().signal))
        .filter(({ id }) => ["operator-rights", "ownership", "application-roles", "sequences"].includes(id))
        .map(({ found, fix }) => ({ found, fix }));
    expect(await lacks()).toEqual(
      SIDES.map((side) => ({
        found: `the operator cannot make a subscription on the ${side}`,
        fix: { sql: "ALTER ROLE junior SUPERUSER", on: side, by: "a superuser" },
      })),
    );
    await onBoth("CREATE ROLE rds_superuser; GRANT rds_superuser TO junior");
    expect(await lacks()).toEqual([]);

    // RDS lets it make subscriptions; here a superuser has to, and all else is done without one.
    const withSuperuser = async (work: () => Promise<unknown>): Promise<void> => {
      await onBoth("ALTER ROLE junior SUPERUSER");
      await work();
      await onBoth("ALTER ROLE junior NOSUPERUSER");
    };
    const turning = (plan: Plan): Plan => ({
      ...plan,
      steps: plan.steps.map((step) =>
        step.id === "way-back" ? { ...step, run: (context) => withSuperuser(() => step.run(context)) } : step,
      ),
    });
    const world = { databases: [pair] };
    await withSuperuser(() => succeed(startPlan(world)));
    writers = startWriters(clusters, database);
    await writers.wroteOn("source");
    await succeed(turning(cutoverPlan(world, limits)));
    await writers.wroteOn("target");
    await succeed(turning(rollbackPlan(world, limits)));
    await writers.wroteOn("source");
    await expectNothingLost(clusters, database, writers, ["source"]);
    expect(await readDatabase(pair, new AbortController().signal)).toMatchObject({
      active: "source",
      target: { subscription: { enabled: true, copying: 0 } },
    });
    await succeed(abortPlan(world));
    const left = await Promise.all(SIDES.map((side) => traces(clusters, side, database)));
    expect(left).toEqual([[], []]);
    await onBoth("DROP ROLE rds_superuser");
  });

  test("D6: a slot that the session of a dead runbook is still making is made anew, though version 13 lets the session go on", async () => {
    const { source } = await clustersOf("13-14");
    const database = "half_made";
    await migrate(source, database);
    const { signal } = new AbortController();
    const dead = new AbortController();
    const sessions = await Promise.all([dead.signal, signal].map((one) => login(source, database, one)));
    const [zombie, operator] = sessions;
    if (!zombie || !operator) throw new Error("no sessions");
    const holder = () =>
      source.as("postgres", database, async (client) => {
        const { rows } = await client.query<{ active_pid: number | null }>(
          "SELECT active_pid FROM pg_replication_slots WHERE slot_name = 'half_made'",
        );
        return rows[0]?.active_pid;
      });
    await source.as(APPLICATION, database, async (writer) => {
      await writer.query("BEGIN; INSERT INTO shop.orders (key) VALUES ('slow')");
      const cutOff = sowSlot(zombie, "half_made", dead.signal);
      while (!(await holder())) await pause(20);
      const first = await holder();
      dead.abort();
      await expect(cutOff).rejects.toThrow();
      let isMade = false;
      const made = sowSlot(operator, "half_made", signal).then(() => (isMade = true));
      while (!isMade && [first, null, undefined].includes(await holder())) await pause(20);
      expect(isMade).toBe(false);
      await writer.query("COMMIT");
      await made;
    });
    expect(await holder()).toBeNull();
    await operator.close();
  });
});
