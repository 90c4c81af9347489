import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, escapeLiteral, type ClientConfig } from "pg";
import type { Binaries } from "./binaries";
import type { CertificateAuthority } from "./certificates";
import { configure, createData, SUPERUSER } from "./cluster-data";
import type { ClusterSettings } from "./cluster-settings";
import { freePort } from "./free-port";
import type { Reaper } from "./reaper";

/** How long a new server may take to accept connections, in milliseconds. */
const START_LIMIT = 30_000;
/** How long a server may take to end in good order, in milliseconds: it lets subscribers catch up first. */
const STOP_LIMIT = 10_000;
/** Between choosing a port and using it, another program may take it. */
const PORT_ATTEMPTS = 3;

export interface ServerOptions {
  /** For messages. */
  readonly label: string;
  readonly host: string;
  readonly directory: string;
  readonly settings: (port: number) => ClusterSettings;
  readonly operator: { readonly role: string; readonly password: string };
  /** @default - no database is made */
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
  const { directory, binaries, authority, signal } = options;
  const password = randomBytes(24).toString("base64url");
  const data = await createData(directory, binaries, password, signal);
  const certificate = await authority.issue(options.host);
  const logFile = join(directory, "postgresql.log");
  for (let attempt = 1; ; attempt++) {
    const localPort = await freePort();
    const settings = options.settings(localPort);
    await configure(data, binaries, settings, certificate);
    const child = await launch(options, data, logFile);
    try {
      await prepare(options, child, {
        host: "127.0.0.1",
        port: localPort,
        user: SUPERUSER,
        password,
        database: "postgres",
        ssl: { ca: authority.certificate, servername: options.host },
      });
    } catch (cause) {
      await end(child);
      const tail = (await readFile(logFile, "utf8")).trim().split("\n").slice(-5);
      if (attempt < PORT_ATTEMPTS && tail.some((line) => line.includes("Address already in use"))) continue;
      const message = [`${options.label}: its PostgreSQL server did not start`, ...tail].join("\n  ");
      throw new Error(message, { cause });
    }
    return running(options, child, { localPort, logFile, leftOut: settings.leftOut });
  }
}

async function launch(
  { binaries, reaper }: ServerOptions,
  data: string,
  logFile: string,
): Promise<ChildProcess> {
  const log = await open(logFile, "a");
  // A session of its own: Ctrl-C in the terminal must not end it before those who use it.
  const child = spawn(binaries.postgres, ["-D", data], {
    ...binaries.user,
    detached: true,
    cwd: data,
    env: { TZ: "UTC" },
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  const processId = child.pid;
  if (processId === undefined) throw (await once(child, "error"))[0];
  reaper.watch(processId, "SIGINT");
  child.once("exit", () => reaper.forget(processId));
  return child;
}

function running(
  { label, onNotice }: Pick<ServerOptions, "label" | "onNotice">,
  child: ChildProcess,
  known: Omit<RunningServer, "processId" | "stop">,
): RunningServer {
  let stopping = false;
  child.once("exit", (code, signal) => {
    if (!stopping)
      onNotice(`${label}: its PostgreSQL server ended (${signal ?? code}), see ${known.logFile}`);
  });
  return {
    ...known,
    processId: child.pid!,
    stop() {
      stopping = true;
      return end(child);
    },
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Fast shutdown, which loses nothing; an immediate one when that takes too long. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGINT");
  const impatient = setTimeout(() => child.kill("SIGQUIT"), STOP_LIMIT);
  await exited;
  clearTimeout(impatient);
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
    if (hasEnded(child)) throw new Error(`postgres ended with ${child.signalCode ?? child.exitCode}`);
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
