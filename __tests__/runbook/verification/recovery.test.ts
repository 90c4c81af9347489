import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VerificationProgress, VerificationState } from "../../../runbook/verification/result";
import { readVerificationFile, writeVerificationFile } from "../../../runbook/verification/state-file";
import { verifyTables } from "../../../runbook/verification/tables";
import { OPERATOR, pairOn, startClusters, stopClusters, type Clusters } from "../clusters";
import type { VerifyElsewhere } from "./verify-process";

const signal = new AbortController().signal;

describe("a verification that is cut off", () => {
  const directory = mkdtempSync(join(tmpdir(), "relocate-verification-"));
  const file = join(directory, "orders.json");
  let clusters: Clusters;
  beforeAll(async () => {
    clusters = await startClusters();
    for (const side of ["source", "target"] as const) {
      await clusters[side].as(OPERATOR, "postgres", (client) => client.query("CREATE DATABASE cut"));
      await clusters[side].as(OPERATOR, "cut", (client) =>
        client.query(`
          CREATE TABLE a_small (id int PRIMARY KEY);
          INSERT INTO a_small VALUES (1);
          CREATE TABLE b_keyed (id int PRIMARY KEY, note text);
          INSERT INTO b_keyed SELECT n, 'note ' || n FROM generate_series(1, 50000) n;
          CREATE TABLE c_keyless (note text);
          INSERT INTO c_keyless SELECT repeat('note ', 40) || n FROM generate_series(1, 50000) n`),
      );
    }
  });
  afterAll(() => stopClusters(clusters));
  afterAll(() => rmSync(directory, { recursive: true }));

  const killedIn = async (table: string): Promise<VerificationState> => {
    const operator = {
      source: clusters.source.config(OPERATOR, "cut"),
      target: clusters.target.config(OPERATOR, "cut"),
    };
    const argument = JSON.stringify({ file, database: "cut", table, operator } satisfies VerifyElsewhere);
    const script = ["-r", "ts-node/register/transpile-only", join(__dirname, "verify-process.ts"), argument];
    const child = spawn(process.execPath, script, { stdio: ["ignore", "ignore", "inherit"] });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    const { running } = await readVerificationFile(file);
    if (!running) throw new Error("it has kept nothing");
    return running;
  };

  test("C3: goes on where it was killed, by key and by block, and reads nothing twice", async () => {
    const byKey = await killedIn("public.b_keyed");
    expect(byKey).toMatchObject({ done: [{ table: "public.a_small" }], current: { after: ["10000"] } });
    const byBlock = await killedIn("public.c_keyless");
    expect(byBlock.done.map(({ table, rows }) => [table, rows.source])).toEqual([
      ["public.a_small", 1],
      ["public.b_keyed", 50_000],
    ]);
    const before = byBlock.current?.found.rows;
    expect((before?.source ?? 0) + (before?.target ?? 0)).toBeGreaterThan(0);

    const told: VerificationProgress[] = [];
    const found = await verifyTables(pairOn(clusters, "cut"), {
      signal,
      state: byBlock,
      onProgress: (progress) => void told.push(progress),
    });
    expect(found).toMatchObject({ verdict: "equal", rows: 100_001, startedAt: byKey.startedAt });
    expect(found.tables.map(({ rows }) => rows.target)).toEqual([1, 50_000, 50_000]);
    expect(new Set(told.map(({ table }) => table))).toEqual(new Set(["public.c_keyless"]));

    await writeVerificationFile(file, { last: found });
    expect(await readVerificationFile(file)).toEqual({ last: found });
    expect(readdirSync(directory)).toEqual(["orders.json"]);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test("begins a table anew whose columns or key are others than when it was cut off", async () => {
    const state = await killedIn("public.b_keyed");
    const other = { ...state, current: state.current && { ...state.current, shape: "as it was" } };
    const found = await verifyTables(pairOn(clusters, "cut"), { signal, state: other });
    expect(found.tables[1]).toMatchObject({
      table: "public.b_keyed",
      rows: { source: 50_000, target: 50_000 },
    });
  });

  test("C3: goes on over a new connection when a server ends the one it had", async () => {
    let ended = 0;
    const found = await verifyTables(pairOn(clusters, "cut"), {
      signal,
      async onProgress({ state }) {
        if (state.current?.found.table !== "public.b_keyed" || ended > 0) return;
        ended += 1;
        for (const side of ["source", "target"] as const) {
          await clusters[side].as("postgres", "cut", (client) =>
            client.query(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'relocate'",
            ),
          );
        }
      },
    });
    expect({ ended, verdict: found.verdict, rows: found.rows }).toEqual({
      ended: 1,
      verdict: "equal",
      rows: 100_001,
    });
  });

  test("fails on a share that is none, another database's state, and a table that is not there", async () => {
    const pair = pairOn(clusters, "cut");
    for (const share of [0, 1.5, NaN]) {
      await expect(verifyTables(pair, { signal, share })).rejects.toThrow(
        `share ${share}: expected above 0, and at most 1`,
      );
    }
    const state = { version: 1, database: "other", startedAt: "", done: [] } as const;
    await expect(verifyTables(pair, { signal, state })).rejects.toThrow(
      "the state is of database other, expected cut",
    );
    await expect(verifyTables(pair, { signal, tables: ["b_keyed"] })).rejects.toThrow(
      "no such table: b_keyed; there are public.a_small, public.b_keyed, public.c_keyless",
    );
  });

  test("fails on a file that is no state, naming it", async () => {
    expect(await readVerificationFile(join(directory, "none.json"))).toEqual({});
    const broken = join(directory, "broken.json");
    writeFileSync(broken, '{"running": {');
    await expect(readVerificationFile(broken)).rejects.toThrow(`${broken}: expected JSON: `);
    writeFileSync(broken, '{"running": {"version": 2}}');
    await expect(readVerificationFile(broken)).rejects.toThrow(
      new RegExp(`^${broken}: expected a verification's state; remove it to begin anew\\nrunning.version: `),
    );
  });

  test("an abort ends it with the abort's reason, and its connections", async () => {
    const end = new AbortController();
    const verifying = verifyTables(pairOn(clusters, "cut"), {
      signal: end.signal,
      onProgress: () => end.abort(new Error("enough")),
    });
    await expect(verifying).rejects.toThrow("enough");
  });
});
