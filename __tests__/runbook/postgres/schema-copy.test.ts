import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingsOf } from "../../../runbook/postgres/preflight/check";
import { preflight } from "../../../runbook/postgres/preflight/preflight";
import { choosePgDump, dumpSchema } from "../../../runbook/postgres/pg-dump";
import { copySchema, requirePgDump, schemaCopyActions } from "../../../runbook/postgres/schema-copy";
import {
  APPLICATION,
  migrate,
  OPERATOR,
  pairOn,
  startCluster,
  stopClusters,
  type Clusters,
} from "../clusters";
import { olderBinaries } from "../older-servers";

describe("the schema's copy from PostgreSQL 13 to the newest", () => {
  const { signal } = new AbortController();
  let clusters: Clusters;
  beforeAll(async () => {
    const [source, target] = await Promise.all([startCluster({}, olderBinaries(13)), startCluster()]);
    clusters = { source, target };
    await target.as(OPERATOR, "postgres", (client) => client.query(`CREATE ROLE ${APPLICATION} LOGIN`));
  });
  afterAll(() => stopClusters(clusters));

  const emptyTarget = async (database: string): Promise<void> => {
    await migrate(clusters.source, database);
    await clusters.target.as(OPERATOR, "postgres", (client) => client.query(`CREATE DATABASE ${database}`));
  };
  const onSource = (database: string, sql: string) =>
    clusters.source.as(OPERATOR, database, (client) => client.query(sql));
  const onTarget = (database: string, sql: string) =>
    clusters.target.as(OPERATOR, database, (client) => client.query(sql));

  test("B2: brings tables, rights, functions and all else, and nothing when it is there already", async () => {
    await emptyTarget("copied");
    await onSource(
      "copied",
      `CREATE TYPE shop.mood AS ENUM ('glad', 'sad'); CREATE DOMAIN shop.amount AS numeric(10, 2) CHECK (value >= 0);
       CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TABLE shop.returns (id int PRIMARY KEY, mood shop.mood, paid shop.amount, of_order bigint REFERENCES shop.orders,
                                  double int GENERATED ALWAYS AS (id * 2) STORED, CHECK (id > 0));
       CREATE INDEX by_mood ON shop.returns (mood) WHERE paid > 0;
       CREATE TRIGGER noted AFTER INSERT ON shop.returns FOR EACH ROW EXECUTE FUNCTION shop.note();
       CREATE VIEW shop.glad AS SELECT id, paid FROM shop.returns WHERE mood = 'glad';
       INSERT INTO shop.returns VALUES (1, 'glad', 3)`,
    );
    const pair = pairOn(clusters, "copied");
    expect(await schemaCopyActions(pair, signal)).toEqual([
      expect.stringMatching(/^copied, source: .*\/pg_dump --schema-only /) as string,
      "copied, target: what it writes, as one transaction",
    ]);
    expect(await copySchema(pair, signal)).toBe("copied");
    const { rows } = await onTarget(
      "copied",
      `SELECT (SELECT count(*) FROM shop.returns)::int AS rows, to_regclass('shop.by_mood') IS NOT NULL AS index,
              has_table_privilege('${APPLICATION}', 'shop.orders', 'DELETE') AS right, to_regclass('shop.glad') IS NOT NULL AS view`,
    );
    expect(rows).toEqual([{ rows: 0, index: true, right: true, view: true }]);
    expect(await copySchema(pair, signal)).toBe("already");
    expect(await schemaCopyActions(pair, signal)).toEqual([]);
  });

  test("B2: every look works on a source of version 13, and the copy leaves nothing to be found but what the versions are", async () => {
    await emptyTarget("looked_at");
    await onSource("looked_at", "ALTER TABLE shop.events ADD PRIMARY KEY (key)");
    const pair = pairOn(clusters, "looked_at");
    const briefly = async (): Promise<string[]> =>
      findingsOf(await preflight([pair], signal))
        .filter(({ id }) => !["tls", "retained-log", "version"].includes(id))
        .map(({ severity, found }) => `${severity}: ${found}`);
    expect(await briefly()).toEqual([]);
    expect(await copySchema(pair, signal)).toBe("copied");
    expect(await briefly()).toEqual([]);
  });

  test("B2: what a newer pg_dump sets and an older target does not know is left out", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pg-dump-"));
    const path = join(folder, "pg_dump");
    writeFileSync(
      path,
      "#!/bin/sh\nprintf 'SET lock_timeout = 0;\\nSET transaction_timeout = 0;\\nCREATE SCHEMA shop;\\n'\n",
      {
        mode: 0o755,
      },
    );
    const dump = await dumpSchema(
      { path, version: 17 },
      clusters.source.config(OPERATOR, "postgres"),
      signal,
    );
    expect(dump).toBe("SET lock_timeout = 0;\n\nCREATE SCHEMA shop;\n");
  });

  test("fails with every difference, and its SQL, when the target has another schema", async () => {
    await emptyTarget("different");
    const pair = pairOn(clusters, "different");
    await copySchema(pair, signal);
    await onTarget(
      "different",
      "ALTER TABLE shop.orders DROP COLUMN writer; CREATE TABLE shop.mine (id int)",
    );
    await expect(copySchema(pair, signal)).rejects.toThrow(
      [
        "the target has another schema than the source:",
        "  table shop.mine is there alone: DROP TABLE shop.mine",
        "  column shop.orders.writer is missing: ALTER TABLE shop.orders ADD COLUMN writer text",
      ].join("\n"),
    );
  });

  test("fails with what the target refuses, and leaves nothing of it there", async () => {
    await emptyTarget("refused");
    await onSource("refused", `CREATE ROLE "old owner"; ALTER TABLE shop.orders OWNER TO "old owner"`);
    await expect(copySchema(pairOn(clusters, "refused"), signal)).rejects.toThrow(
      /refuses the source's schema, and has none of it: role "old owner" does not exist/,
    );
    expect((await onTarget("refused", "SELECT FROM pg_namespace WHERE nspname = 'shop'")).rowCount).toBe(0);
  });

  test("fails when the login does, without the password", async () => {
    await emptyTarget("locked");
    const pair = pairOn(clusters, "locked");
    let calls = 0;
    const changed = {
      ...pair,
      // The password changes between the runbook's own login and pg_dump's.
      operator: async (side: "source" | "target") => ({
        ...(await pair.operator(side)),
        ...(side === "source" && ++calls > 1 ? { password: "s3cr3t of another" } : {}),
      }),
    };
    const failure = await copySchema(changed, signal).then(String, String);
    expect(failure).toMatch(/pg_dump cannot read the source's schema: .*authentication failed/);
    expect(failure).not.toContain("s3cr3t");
  });

  test("fails with the package to install when no pg_dump is new enough", async () => {
    await expect(requirePgDump(99)).rejects.toThrow(
      /pg_dump of version 99 or later, and there is none \(.*pg_dump is of version \d+.*apt-get install postgresql-client-99 /,
    );
  });

  test("the oldest program that is new enough is taken: a newer one writes what an older target does not know", () => {
    const found = [15, 18, 16].map((version) => ({ path: `/${version}/pg_dump`, version }));
    expect(choosePgDump(found, 16)).toEqual({ path: "/16/pg_dump", version: 16 });
    expect(choosePgDump(found, 19)).toBeUndefined();
  });
});
