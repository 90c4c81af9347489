import type { Side } from "../../runbook/side";
import type { DatabasePair, Pointer, World } from "../../runbook/world";
import { PASSWORD, startServer, type Cluster } from "./server";

export type { Cluster } from "./server";
export const OPERATOR = "keeper";
export const APPLICATION = "shop_app";

/**
 * A running server with nothing but its operator and the application's role.
 *
 * @param binaries folder of another version's programs
 */
export async function startCluster(
  settings: Record<string, string> = {},
  binaries?: string,
): Promise<Cluster> {
  const cluster = await startServer(settings, binaries);
  await cluster.as("postgres", "postgres", async (client) => {
    await client.query(
      `CREATE ROLE ${OPERATOR} LOGIN CREATEROLE CREATEDB REPLICATION PASSWORD '${PASSWORD}'`,
    );
    await client.query(`GRANT pg_monitor, pg_signal_backend TO ${OPERATOR}`);
    // Before PostgreSQL 16 only superusers may subscribe.
    const { rows } = await client.query("SELECT FROM pg_roles WHERE rolname = 'pg_create_subscription'");
    await client.query(
      rows.length > 0 ? `GRANT pg_create_subscription TO ${OPERATOR}` : `ALTER ROLE ${OPERATOR} SUPERUSER`,
    );
  });
  return cluster;
}

/** What the application's own migrations would do, on either side. */
export async function migrate(cluster: Cluster, database: string, role = APPLICATION): Promise<void> {
  await cluster.as(OPERATOR, "postgres", async (client) => {
    const known = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    if (known.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    await client.query(`CREATE DATABASE ${database}`);
  });
  await cluster.as(OPERATOR, database, (client) =>
    client.query(`
      CREATE SCHEMA shop;
      CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, writer text);
      CREATE SEQUENCE shop.receipt_number CACHE 20;
      CREATE TABLE shop.events (key text, receipt bigint DEFAULT nextval('shop.receipt_number'));
      ALTER TABLE shop.events REPLICA IDENTITY FULL;
      CREATE TABLE shop."Odd name" (id serial PRIMARY KEY, note text);
      CREATE TABLE shop.visits (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
      CREATE TABLE shop.visits_2025 PARTITION OF shop.visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      CREATE TABLE shop.visits_2026 PARTITION OF shop.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      GRANT USAGE ON SCHEMA shop TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO ${role};`),
  );
}

export type Clusters = Readonly<Record<Side, Cluster>>;

/** Two servers, the ones of a source and a target region. */
export async function startClusters(settings: Record<string, string> = {}): Promise<Clusters> {
  const [source, target] = await Promise.all([startCluster(settings), startCluster(settings)]);
  return { source, target };
}

export async function stopClusters(clusters: Clusters | undefined): Promise<void> {
  await Promise.all([clusters?.source.stop(), clusters?.target.stop()]);
}

export function pairOn(
  clusters: Clusters,
  database: string,
  change: Partial<DatabasePair> = {},
): DatabasePair {
  return {
    name: database,
    databaseName: database,
    strategy: "logical",
    endpoint: { kind: "host-list" },
    applicationRoles: [APPLICATION],
    operator: (side) => Promise.resolve(clusters[side].config(OPERATOR, database)),
    conninfo: (subscriber) => {
      const { port } = clusters[subscriber === "target" ? "source" : "target"];
      return Promise.resolve(
        `host=127.0.0.1 port=${port} dbname=${database} user=${OPERATOR} password='${PASSWORD}'`,
      );
    },
    applicationPassword: () => Promise.resolve(PASSWORD),
    ...change,
  };
}

export function worldOf(clusters: Clusters, databases: readonly string[], edge?: Pointer): World {
  return { databases: databases.map((database) => pairOn(clusters, database)), edge };
}
