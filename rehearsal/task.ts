import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CONTAINER_VARIABLE, type ContainerNetwork, type ListeningMessage } from "./container-network";
import type { Reaper } from "./reaper";
import { nodeArguments, ownScript } from "./run-script";

export interface TaskOptions {
  /** Names its files, such as `us-east-1-web-1`. */
  readonly name: string;
  readonly directory: string;
  /** What runs in place of the image: a script for node, .ts or .js. */
  readonly script: string;
  /** Exactly what the task definition gives the container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly network: ContainerNetwork;
  /** File with the certificates the image trusts besides the usual ones. */
  readonly trustedFile: string;
  readonly reaper: Reaper;
  onListening(message: ListeningMessage): void;
  onExit(how: string): void;
}

/** A process that believes it is a container. */
export interface Task {
  readonly name: string;
  readonly processId: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Variables of this machine that any process needs; everything else comes from the task definition. */
const BASICS = ["PATH", "TMPDIR", "TEMP", "SystemRoot"];

/** Milliseconds between SIGTERM and SIGKILL: ECS gives 30 s; no rehearsal waits that long. */
const STOP_GRACE = 5_000;

export async function startTask(options: TaskOptions): Promise<Task> {
  const networkFile = join(options.directory, `${options.name}.network.json`);
  const logFile = join(options.directory, `${options.name}.log`);
  await writeFile(networkFile, JSON.stringify(options.network));
  const log = await open(logFile, "a");
  const child = spawn(process.execPath, nodeArguments(options.script, [ownScript("container-preload")]), {
    detached: true,
    cwd: options.directory,
    env: {
      ...Object.fromEntries(BASICS.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      // The image's own trust store, which has the authority of RDS in AWS.
      NODE_EXTRA_CA_CERTS: options.trustedFile,
      ...options.environment,
      [CONTAINER_VARIABLE]: networkFile,
    },
    stdio: ["ignore", log.fd, log.fd, "ipc"],
  });
  await log.close();
  if (child.pid === undefined) throw (await once(child, "error"))[0];
  const processId = child.pid;
  options.reaper.watch(processId, "SIGTERM");
  child.on("message", (message) => options.onListening(message as ListeningMessage));
  child.once("exit", (code, signal) => {
    options.reaper.forget(processId);
    options.onExit(signal ?? `exit code ${code}`);
  });
  return { name: options.name, processId, logFile, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE);
  await exited;
  clearTimeout(impatient);
}
