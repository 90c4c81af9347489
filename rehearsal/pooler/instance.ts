import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, open, readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerUser } from "../binaries";
import type { Reaper } from "../reaper";
import type { Container } from "../task-definition";
import { poolerPath, type PgbouncerProgram } from "./program";
import { settingsHere } from "./settings";
import { startSidecar, type SidecarOptions } from "./sidecar";

/** How long a new instance may take to accept connections, in milliseconds. */
const START_LIMIT = 30_000;
/** Milliseconds between SIGTERM and SIGKILL: newer ones wait for their clients, who are gone by then. */
const STOP_GRACE = 2_000;

export interface InstanceOptions {
  /** For messages and files, such as `us-east-1-storefront-orders-pooler-1`. */
  readonly name: string;
  /** The run's folder for poolers. */
  readonly directory: string;
  /** The container that is PgBouncer, as the task definition has it. */
  readonly container: Container;
  /** Port of this machine. */
  readonly localPort: number;
  readonly program: PgbouncerProgram;
  /** Who it runs as: PgBouncer refuses to be root. @default - who runs this process */
  readonly user?: ServerUser;
  readonly sidecar: Omit<SidecarOptions, "directory" | "user">;
  readonly reaper: Reaper;
  readonly onLeftOut: (line: string) => void;
  onExit(how: string): void;
}

/** A real PgBouncer in place of one task. */
export interface Instance {
  readonly name: string;
  readonly localPort: number;
  readonly processId: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Runs the very command of the task definition, with its volumes below the run's directory. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { container, user, reaper } = options;
  const directory = join(options.directory, options.name);
  const logFile = join(options.directory, `${options.name}.log`);
  const volumes = await makeVolumes(directory, container, user);
  const environment = environmentHere(options, volumes);
  const staged = environment.STAGED;
  if (staged === undefined)
    throw new Error(`${options.name}: no variable STAGED names the folder of its configuration`);
  const sidecar = await startSidecar({ ...options.sidecar, directory: staged, user });
  const log = await open(logFile, "a");
  const [program = "sh", ...list] = container.command;
  // A group of its own, so that whatever the command starts besides ends with it.
  const child = spawn(program, list, {
    ...user,
    detached: true,
    cwd: directory,
    env: { ...environment, PATH: poolerPath() },
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  const processId = child.pid;
  if (processId === undefined) throw (await once(child, "error"))[0];
  reaper.watch(-processId, "SIGTERM");
  let stopping = false;
  child.once("exit", (code, signal) => {
    sidecar.stop();
    reaper.forget(-processId);
    if (!stopping) options.onExit(signal ?? `exit code ${code}`);
  });
  const stop = () => {
    stopping = true;
    return end(child, processId);
  };
  try {
    await answers(child, options.localPort);
  } catch (cause) {
    await stop();
    const tail = (await readFile(logFile, "utf8")).trim().split("\n").slice(-5);
    throw new Error([`${options.name}: PgBouncer did not start`, ...tail].join("\n  "), { cause });
  }
  return { name: options.name, localPort: options.localPort, processId, logFile, stop };
}

async function makeVolumes(
  directory: string,
  { mounts }: Container,
  user: ServerUser | undefined,
): Promise<Map<string, string>> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o711);
  const volumes = new Map<string, string>();
  for (const [volume, path] of Object.entries(mounts)) {
    const local = join(directory, volume);
    await mkdir(local, { recursive: true });
    if (user) await chown(local, user.uid, user.gid);
    volumes.set(path, local);
  }
  return volumes;
}

/** The definition's variables with the paths of its volumes on this machine, and settings that work here. */
function environmentHere(
  { container, localPort, program, onLeftOut }: InstanceOptions,
  volumes: ReadonlyMap<string, string>,
): Record<string, string> {
  const entries = Object.entries(container.environment).map(([name, value]): [string, string] => {
    const moved = [...volumes].reduce((text, [path, local]) => text.replaceAll(path, local), value);
    if (name === "PORT") return [name, String(localPort)];
    if (name !== "SETTINGS") return [name, moved];
    const { text, leftOut } = settingsHere(moved, localPort, program);
    leftOut.forEach(onLeftOut);
    return [name, text];
  });
  return Object.fromEntries(entries);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function answers(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  for (;;) {
    if (hasEnded(child)) throw new Error(`it ended with ${child.signalCode ?? child.exitCode}`);
    const socket = createConnection({ host: "127.0.0.1", port });
    const [connected] = await Promise.allSettled([once(socket, "connect")]);
    socket.destroy();
    if (connected.status === "fulfilled") return;
    if (Date.now() > deadline) throw connected.reason;
    await sleep(20);
  }
}

async function end(child: ChildProcess, processId: number): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => process.kill(-processId, "SIGKILL"), STOP_GRACE);
  await exited;
  clearTimeout(impatient);
}
