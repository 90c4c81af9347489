import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client, escapeIdentifier, escapeLiteral, type ClientConfig } from "pg";
import type { Binaries } from "./binaries";
import type { CertificateAuthority } from "./certificates";
import type { ClusterSettings } from "./cluster-settings";
import { freePort } from "./free-port";
import type { Reaper } from "./reaper";

const run = promisify(execFile);

/** The superuser, called as on RDS; only the rehearsal itself uses it, and only before anyone else connects. */
const SUPERUSER = "rdsadmin";
/** How long a new server may take to accept connections, in milliseconds. */
const START_LIMIT = 30_000;

export interface ServerOptions {
  /** For messages. */
  readonly label: string;
  readonly host: string;
  readonly directory: string;
  readonly settings: (port: number) => ClusterSettings;
  readonly operator: { readonly role: string; readonly password: string };
  readonly databaseName?: string;
  readonly binaries: Binaries;
  readonly authority: CertificateAuthority;
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
  onNotice(line: string): void;
}

export interface RunningServer {
  readonly localPort: number;
  readonly processId: number;
  readonly logFile: string;
  readonly leftOut: readonly string[];
  stop(): Promise<void>;
}

/** Makes a new PostgreSQL cluster and starts it, durable as by default, TLS on, with the roles an RDS instance is born with. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const data = join(options.directory, "data");
  const logFile = join(options.directory, "postgresql.log");
  const superuserPassword = randomBytes(24).toString("base64url");
  await createData(options, data, superuserPassword);

  const localPort = await freePort();
  const settings = options.settings(localPort);
  await configure(options, data, settings);

  const log = await open(logFile, "a");
  const { binaries, reaper } = options;
  // A session of its own: Ctrl-C in the terminal must not end it before those who use it.
  const child = spawn(binaries.postgres, ["-D", data], {
    ...binaries.user,
    detached: true,
    cwd: data,
    env: { TZ: "UTC" },
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  const processId = await started(child);
  reaper.watch(processId, "SIGINT");
  child.once("exit", () => reaper.forget(processId));

  const stop = () => end(child);
  try {
    await prepare(options, child, {
      host: "127.0.0.1",
      port: localPort,
      user: SUPERUSER,
      password: superuserPassword,
      database: "postgres",
      ssl: { ca: options.authority.certificate, servername: options.host },
    });
  } catch (cause) {
    await stop();
    const tail = (await readFile(logFile, "utf8")).trim().split("\n").slice(-5);
    throw new Error([`${options.label}: its PostgreSQL server did not start`, ...tail].join("\n  "), {
      cause,
    });
  }
  let stopping = false;
  child.once("exit", (code, signal) => {
    if (!stopping)
      options.onNotice(`${options.label}: its PostgreSQL server ended (${signal ?? code}), see ${logFile}`);
  });
  return {
    localPort,
    processId,
    logFile,
    leftOut: settings.leftOut,
    stop() {
      stopping = true;
      return stop();
    },
  };
}

async function started(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) throw (await once(child, "error"))[0];
  return child.pid;
}

/** Fast shutdown: sessions are ended, nothing is lost. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGINT");
  await exited;
}

async function createData({ directory, binaries, signal }: ServerOptions, data: string, password: string) {
  const passwordFile = join(directory, "password");
  await mkdir(directory, { recursive: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of binaries.user ? [directory, passwordFile] : []) {
    await chown(path, binaries.user!.uid, binaries.user!.gid);
  }
  await run(
    binaries.initdb,
    // What initdb wrote needs no syncing: a machine that crashes now has nothing to recover.
    [
      "-D",
      data,
      "-U",
      SUPERUSER,
      "--pwfile",
      passwordFile,
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { ...binaries.user, cwd: directory, env: { TZ: "UTC" }, signal },
  );
  await rm(passwordFile);
}

async function configure(options: ServerOptions, data: string, settings: ClusterSettings): Promise<void> {
  const { certificate, key } = await options.authority.issue(options.host);
  const { user } = options.binaries;
  const write = async (name: string, text: string) => {
    await writeFile(join(data, name), text, { mode: 0o600 });
    if (user) await chown(join(data, name), user.uid, user.gid);
  };
  await write("server.crt", certificate);
  await write("server.key", key);
  await write(
    "pg_hba.conf",
    `${settings.forceTls ? "hostssl" : "host"} all all 127.0.0.1/32 scram-sha-256\n`,
  );
  await write("postgresql.conf", `${settings.lines.join("\n")}\n`);
}

/** Waits for the server, then makes what RDS makes: the master user, which is no superuser, and the first database. */
async function prepare(options: ServerOptions, child: ChildProcess, config: ClientConfig): Promise<void> {
  const client = await firstConnection(child, config, options.signal);
  const role = escapeIdentifier(options.operator.role);
  // What membership in rds_superuser amounts to for the runbook (RDS user guide, "Understanding the rds_superuser role").
  await client.query(
    `CREATE ROLE ${role} LOGIN CREATEROLE CREATEDB REPLICATION PASSWORD ${escapeLiteral(options.operator.password)}`,
  );
  await client.query(
    `GRANT pg_monitor, pg_signal_backend, pg_create_subscription TO ${role} WITH ADMIN OPTION`,
  );
  if (options.databaseName) {
    await client.query(`CREATE DATABASE ${escapeIdentifier(options.databaseName)} OWNER ${role}`);
  }
  await client.end();
}

async function firstConnection(
  child: ChildProcess,
  config: ClientConfig,
  signal: AbortSignal,
): Promise<Client> {
  const deadline = Date.now() + START_LIMIT;
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`postgres ended with ${child.signalCode ?? child.exitCode}`);
    }
    const client = new Client(config);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(30);
    }
  }
}
