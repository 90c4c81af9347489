import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import type { SnapshotPair } from "../../../runbook/world";
import { APPLICATION, OPERATOR, startCluster, type Cluster, type Clusters } from "../clusters";
import { PASSWORD } from "../server";

/** A shop with what makes late rows hard: references, a trigger, rows without a key, partitions, numbers of its own. */
const SCHEMA = `
CREATE SCHEMA shop;
CREATE TABLE shop.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name text,
                         shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE shop.sessions (token uuid PRIMARY KEY DEFAULT gen_random_uuid(), seen timestamptz NOT NULL DEFAULT now(),
                            user_id bigint NOT NULL REFERENCES shop.users ON DELETE CASCADE);
CREATE TABLE shop."Odd log" (note text, "at 1" timestamptz, amount double precision);
CREATE TABLE shop.visits (id int, day timestamptz, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE shop.visits_2025 PARTITION OF shop.visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.visits_2026 PARTITION OF shop.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE shop.audit (id serial PRIMARY KEY, note text);
CREATE FUNCTION shop.audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO shop.audit (note) VALUES (TG_OP || ' ' || coalesce(NEW.email, OLD.email)); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON shop.users FOR EACH ROW EXECUTE FUNCTION shop.audit();
GRANT USAGE ON SCHEMA shop TO ${APPLICATION};
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA shop TO ${APPLICATION};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO ${APPLICATION};
INSERT INTO shop.users (email, name) SELECT 'user' || n, 'User ' || n FROM generate_series(1, 20) n;
INSERT INTO shop.sessions (user_id) SELECT id FROM shop.users;
INSERT INTO shop."Odd log" SELECT 'old', '2025-01-01 12:00+05', 0.1 FROM generate_series(1, 3);
INSERT INTO shop.visits VALUES (1, '2025-06-01 08:00+00', 'a'), (2, '2026-06-01 08:00+00', 'b')`;

/** The name of the database. */
export const DATABASE = "shop";

/** The source, before anything records what is written. */
export async function startShop(): Promise<Cluster> {
  const source = await startCluster();
  await source.as("postgres", "postgres", (client) =>
    client.query(`GRANT SET ON PARAMETER session_replication_role TO ${OPERATOR}`),
  );
  await source.as(OPERATOR, "postgres", async (client) => {
    await client.query(`CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${PASSWORD}'`);
    await client.query(`CREATE DATABASE ${DATABASE}`);
  });
  await source.as(OPERATOR, DATABASE, (client) => client.query(SCHEMA));
  return source;
}

export const snapshotPair = (clusters: Clusters, change: Partial<SnapshotPair> = {}): SnapshotPair => ({
  name: DATABASE,
  databaseName: DATABASE,
  applicationRoles: [APPLICATION],
  acceptedLossMinutes: 60,
  operator: (side) => Promise.resolve(clusters[side].config(OPERATOR, DATABASE)),
  ...change,
});

/** As the application, with settings that no key may depend on. */
export const write = (cluster: Cluster, ...statements: string[]): Promise<void> =>
  cluster.as(APPLICATION, DATABASE, async (client: Client) => {
    await client.query(
      "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET extra_float_digits = -5",
    );
    for (const statement of statements) await client.query(statement);
  });

/** Every row of every table of a side, as text. */
export const rowsOf = (cluster: Cluster): Promise<Record<string, string[]>> =>
  cluster.as("postgres", DATABASE, async (client) => {
    const found: Record<string, string[]> = {};
    for (const table of ["users", "sessions", '"Odd log"', "visits", "audit"]) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM shop.${table} t ORDER BY 1`,
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  });

/** The first column of the only row. */
export const ask = <T>(cluster: Cluster, sql: string): Promise<T> =>
  cluster.as("postgres", DATABASE, async (client) => {
    const { rows } = await client.query<{ answer: T }>(sql);
    return rows[0]?.answer as T;
  });

/** How much of the runbook each side holds. */
export const traces = (clusters: Clusters): Promise<number[]> =>
  Promise.all(
    Object.values(clusters).map((cluster: Cluster) =>
      ask<number>(
        cluster,
        `SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'relocate%')::integer
              + (SELECT count(*) FROM pg_namespace WHERE nspname = 'relocate')::integer AS answer`,
      ),
    ),
  );

/** Somebody waits for a lock. */
export async function waiting(cluster: Cluster): Promise<void> {
  const sql =
    "SELECT count(*)::integer AS answer FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'relocate'";
  while ((await ask<number>(cluster, sql)) === 0) await pause(10);
}
