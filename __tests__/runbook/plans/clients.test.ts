import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import { SIDES, type Side } from "../../../runbook/side";
import type { World } from "../../../runbook/world";
import { APPLICATION, OPERATOR, pairOn, startClusters, stopClusters, type Clusters } from "../clusters";
import { startPoolers, type RunningPoolers } from "../poolers";
import { PASSWORD } from "../server";
import { migrateBoth, operator, settled, type Operator } from "./course";

const run = promisify(execFile);
const limits = { steadyLag: 0 };
/** Debian keeps pgbench beside the server's programs. */
const SERVER_PROGRAMS = "/usr/lib/postgresql";

/** Programs that nobody here wrote, as the packages postgresql-client and postgresql bring them. */
const program = (
  name: "psql" | "pgbench",
  environment: Record<string, string>,
  ...list: string[]
): Promise<{ stdout: string; stderr: string }> => {
  return run(name, list, {
    env: {
      PATH: [process.env.PATH, ...serverPrograms()].join(":"),
      PGPASSWORD: PASSWORD,
      PGUSER: APPLICATION,
      PGCONNECT_TIMEOUT: "10",
      ...environment,
    },
  });
};

const serverPrograms = (): string[] =>
  existsSync(SERVER_PROGRAMS)
    ? readdirSync(SERVER_PROGRAMS).map((version) => join(SERVER_PROGRAMS, version, "bin"))
    : [];

describe("clients that nobody here wrote, through a cutover and a rollback", () => {
  let clusters: Clusters;
  let keeper: Operator;
  let running: RunningPoolers | undefined;
  beforeAll(async () => {
    clusters = await startClusters();
  });
  afterAll(() => stopClusters(clusters));
  beforeEach(() => {
    keeper = operator();
  });
  afterEach(async () => {
    await running?.poolers.close();
    await running?.stop();
    running = undefined;
    keeper.close();
  });
  const there = async (world: World, meanwhile: (side: Side) => Promise<void>): Promise<void> => {
    for (const to of ["target", "source"] as const) {
      const plan = to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
      expect(await keeper.run(plan)).toMatchObject({ outcome: "done", cause: undefined });
      await meanwhile(to);
    }
  };

  test("B4: psql with both hosts and target_session_attrs=read-write finds the writer, and loses nothing", async () => {
    await migrateBoth(clusters, "listed");
    const world: World = { databases: [pairOn(clusters, "listed")] };
    expect(await keeper.run(startPlan(world))).toMatchObject({ outcome: "done", cause: undefined });
    const environment = {
      PGHOST: "127.0.0.1,127.0.0.1",
      PGPORT: SIDES.map((side) => clusters[side].port).join(","),
      PGDATABASE: "listed",
      PGTARGETSESSIONATTRS: "read-write",
    };
    const acknowledged: { key: string; port: string }[] = [];
    const errors: string[] = [];
    let stopping = false;
    const writing = (async () => {
      while (!stopping) {
        const key = randomUUID();
        const sql = `INSERT INTO shop.orders (key) VALUES ('${key}')`;
        const [written] = await Promise.allSettled([
          // Without ON_ERROR_STOP it exits with the status of the last command alone.
          program("psql", environment, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, "-c", "\\echo :PORT"),
        ]);
        if (written.status === "fulfilled") acknowledged.push({ key, port: written.value.stdout.trim() });
        else errors.push((written.reason as { stderr: string }).stderr);
      }
    })();
    const wroteOn = async (side: Side): Promise<void> => {
      const seen = acknowledged.length;
      while (!acknowledged.slice(seen).some(({ port }) => port === String(clusters[side].port)))
        await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await wroteOn("source");
    await there(world, wroteOn);
    stopping = true;
    await writing;
    // What a client may try again: refused before it wrote, or sent away.
    for (const error of errors)
      expect(error).toMatch(
        /session is read-only|read-only transaction|closed in this region|administrator command/,
      );
    await settled(clusters, "listed");
    for (const side of SIDES) {
      const keys = await clusters[side].as("postgres", "listed", async (client) => {
        const { rows } = await client.query<{ key: string }>("SELECT key FROM shop.orders");
        return new Set(rows.map(({ key }) => key));
      });
      expect(acknowledged.filter(({ key }) => !keys.has(key))).toEqual([]);
    }
  });

  test("A5, B4: pgbench's TPC-B through a pooler: no transaction fails, and branches, tellers, accounts and history agree", async () => {
    for (const side of SIDES) {
      await clusters[side].as(OPERATOR, "postgres", (client) => client.query("CREATE DATABASE bank"));
      // All of it on the source; tables and keys on the target.
      const steps = side === "source" ? "dtgp" : "tp";
      const at = { PGHOST: "127.0.0.1", PGPORT: String(clusters[side].port), PGUSER: OPERATOR };
      await program("pgbench", at, "-i", "-I", steps, "-q", "bank");
      await clusters[side].as(OPERATOR, "bank", (client) =>
        client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${APPLICATION};
                      ALTER TABLE pgbench_history REPLICA IDENTITY FULL`),
      );
    }
    const plain = pairOn(clusters, "bank");
    expect(await keeper.run(startPlan({ databases: [plain] }))).toMatchObject({
      outcome: "done",
      cause: undefined,
    });
    running = await startPoolers(clusters, { database: "bank", each: 1 });
    const [pooler] = running.instances;
    const at = { PGHOST: "127.0.0.1", PGPORT: String(pooler?.client.port), PGSSLMODE: "require" };
    let processed = 0;
    let stopping = false;
    const banking = (async () => {
      while (!stopping) {
        const { stdout } = await program("pgbench", at, "-n", "-c", "4", "-t", "50", "bank");
        expect(stdout).toMatch(/number of failed transactions: 0 /);
        processed += Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
      }
    })();
    const went = async (): Promise<void> => {
      const seen = processed;
      while (processed === seen)
        await Promise.race([banking, new Promise((resolve) => setTimeout(resolve, 20))]);
    };
    await went();
    const poolers = running.poolers;
    await there({ databases: [{ ...plain, endpoint: { kind: "pooler", poolers } }] }, went);
    stopping = true;
    await banking;
    await settled(clusters, "bank");
    for (const side of SIDES) {
      const sums = await clusters[side].as("postgres", "bank", async (client) => {
        const { rows } = await client.query<Record<string, string>>(`
          SELECT (SELECT sum(bbalance) FROM pgbench_branches) AS branches, (SELECT sum(tbalance) FROM pgbench_tellers) AS tellers,
                 (SELECT sum(abalance) FROM pgbench_accounts) AS accounts, sum(delta) AS history, count(*) AS n FROM pgbench_history`);
        return rows[0];
      });
      const history = sums?.history;
      expect(sums).toEqual({
        branches: history,
        tellers: history,
        accounts: history,
        history,
        n: String(processed),
      });
    }
  });
});
