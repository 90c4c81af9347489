import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { START_POOLER } from "../../lib/regional/pooler-scripts";
import { poolerSettings } from "../../lib/regional/pooler-settings";
import { freePort } from "../../rehearsal/free-port";
import { findPgbouncer, poolerPath } from "../../rehearsal/pooler/program";
import { settingsHere } from "../../rehearsal/pooler/settings";
import { pgbouncerPoolers } from "../../runbook/pgbouncer/poolers";
import { SIDES, type Side } from "../../runbook/side";
import type { Poolers } from "../../runbook/world";
import { APPLICATION, type Clusters } from "./clusters";
import { account, PASSWORD } from "./server";

/** A PgBouncer that the very command of its task definition runs, with its eye on lost pauses. */
export interface Instance {
  readonly name: string;
  /** Of an application. */
  readonly client: ClientConfig;
  readonly administrator: ClientConfig;
  /** Id of the process that is PgBouncer. */
  readonly pid: number;
}

export interface RunningPoolers {
  readonly instances: readonly Instance[];
  /** What the sidecars would have written. */
  stage(side: Side): void;
  /** As the runbook rules them. */
  readonly poolers: Poolers;
  stop(): Promise<void>;
}

export interface PoolerOptions {
  readonly database: string;
  /** Instances of each region. @default - 2 */
  readonly each?: number;
  /** Seconds after which a pause counts as lost. @default - 600: never in a test */
  readonly mostSecondsPaused?: number;
  /** Further settings of PgBouncer. @default - none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Port by which an instance's own console is reached. @default - directly */
  readonly consolePort?: (side: Side, port: number) => Promise<number>;
  /** Port by which instances of a region reach a side's server. @default - directly */
  readonly writerPort?: (from: Side, to: Side) => number;
}

const ADMINISTRATOR = "relocate";

/** Starts instances in front of one database in both regions. */
export async function startPoolers(clusters: Clusters, options: PoolerOptions): Promise<RunningPoolers> {
  const directory = mkdtempSync(join(tmpdir(), "relocate-poolers-"));
  chmodSync(directory, 0o755);
  const { database, each = 2, writerPort = (_: Side, to: Side) => clusters[to].port } = options;
  const regions = await Promise.all(SIDES.map((side) => startRegion(side)));

  async function startRegion(side: Side) {
    const staged: string[] = [];
    const stage = (to: Side): void => {
      for (const folder of staged) {
        const entry = `${database} = host=127.0.0.1 port=${writerPort(side, to)}`;
        writeFileSync(join(folder, "writer.new"), `[databases]\n${entry}\n`);
        renameSync(join(folder, "writer.new"), join(folder, "writer.ini"));
      }
    };
    const running = [];
    for (let number = 1; number <= each; number++) {
      const name = `${side}-${number}`;
      staged.push(makeFolders(join(directory, name)));
      stage("source");
      running.push(await startInstance(name, side));
    }
    const writers = {
      source: { host: "127.0.0.1", port: writerPort(side, "source") },
      target: { host: "127.0.0.1", port: writerPort(side, "target") },
    };
    const instances = running.map(({ instance }) => instance);
    const poolers = pgbouncerPoolers({
      databaseName: database,
      writers,
      instances: () => Promise.resolve(instances.filter(({ pid }) => isAlive(pid))),
      stage: (to) => Promise.resolve(stage(to)),
    });
    return { instances, children: running.map(({ child }) => child), stage, poolers };
  }

  async function startInstance(
    name: string,
    side: Side,
  ): Promise<{ instance: Instance; child: ChildProcess }> {
    const port = await freePort();
    const folders = { staged: join(directory, name, "staged"), own: join(directory, name, "own") };
    const { text } = settingsHere(poolerSettings(folders, 20), port, await findPgbouncer());
    const more = Object.entries({ server_tls_sslmode: "disable", ...options.settings });
    const settings = more.reduce(
      (all, [key, value]) => `${all.replace(new RegExp(`^${key} = .*\n`, "m"), "")}${key} = ${value}\n`,
      text,
    );
    const child = spawn("sh", ["-c", START_POOLER], {
      ...account,
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: poolerPath(),
        ...{ STAGED: folders.staged, OWN: folders.own, PORT: String(port), SETTINGS: settings },
        ...{ DATABASE: database, MOST_SECONDS_PAUSED: String(options.mostSecondsPaused ?? 600) },
        ...{ APPLICATION_ROLE: APPLICATION, APPLICATION_PASSWORD: PASSWORD },
        ...{ ADMINISTRATOR, ADMINISTRATOR_PASSWORD: PASSWORD },
      },
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (log += String(data)));
    const config = {
      host: "127.0.0.1",
      password: PASSWORD,
      // Each task's certificate is its own and dies with it.
      ssl: { rejectUnauthorized: false },
    };
    const console = { ...config, port, user: ADMINISTRATOR, database: "pgbouncer" };
    while (!(await answers(console))) {
      if (child.exitCode !== null) throw new Error(`pgbouncer has ended with ${child.exitCode}: ${log}`);
      await pause(20);
    }
    const consolePort = (await options.consolePort?.(side, port)) ?? port;
    return {
      child,
      instance: {
        name,
        pid: child.pid ?? 0,
        client: { ...config, port, user: APPLICATION, database },
        administrator: { ...console, port: consolePort },
      },
    };
  }

  return {
    instances: regions.flatMap(({ instances }) => instances),
    stage: (side) => regions.forEach((region) => region.stage(side)),
    poolers: together(regions.map(({ poolers }) => poolers)),
    async stop() {
      await Promise.all(regions.flatMap(({ children }) => children.map(end)));
      rmSync(directory, { recursive: true });
    },
  };
}

function makeFolders(folder: string): string {
  mkdirSync(folder, { mode: 0o755 });
  for (const name of ["staged", "own"]) {
    mkdirSync(join(folder, name));
    if (account) chownSync(join(folder, name), account.uid, account.gid);
  }
  return join(folder, "staged");
}

/** On one machine the same writer has another address in each region, so each region's poolers are ruled by themselves. */
function together(regions: readonly Poolers[]): Poolers {
  const all = <T>(work: (poolers: Poolers) => Promise<T>): Promise<T[]> => Promise.all(regions.map(work));
  const each = async (work: (poolers: Poolers) => Promise<void>): Promise<void> => void (await all(work));
  return {
    preflight: async (signal) => (await all((one) => one.preflight(signal))).flat(),
    stage: (side, signal) => each((one) => one.stage(side, signal)),
    warm: (signal) => each((one) => one.warm(signal)),
    pause: (patience, signal) => each((one) => one.pause(patience, signal)),
    release: (side, signal) => each((one) => one.release(side, signal)),
    probe: async (signal) => (await all((one) => one.probe(signal))).flat(),
    close: () => each((one) => one.close()),
  };
}

async function answers(config: ClientConfig): Promise<boolean> {
  const client = new Client(config);
  client.on("error", () => undefined);
  const [connected] = await Promise.allSettled([client.connect()]);
  await client.end();
  return connected.status === "fulfilled";
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await ended;
}
