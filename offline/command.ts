import { spawn } from "node:child_process";
import { once } from "node:events";
import { types } from "node:util";

/** How a command ended. */
export interface Ended {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to run and where. */
export interface Command {
  /** A program, or with `arguments` left out a line for the shell. */
  readonly program: string;
  readonly arguments?: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Asks the command to stop, as Ctrl-C would. @default - it runs to its end */
  readonly signal?: AbortSignal;
}

/** Whether a program could not be started because there is none of that name that may be run. */
export const cannotStart = (error: unknown): boolean =>
  types.isNativeError(error) && "code" in error && (error.code === "ENOENT" || error.code === "EACCES");

/** How long a command may take to stop by itself before it is killed, in milliseconds: Terraform first saves its state. */
const PATIENCE = 20_000;

/** Ends what a command that has ended by itself has left running. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    const nobodyLeft = types.isNativeError(error) && "code" in error && error.code === "ESRCH";
    if (!nobodyLeft) throw error;
  }
}

/**
 * Runs a command to its end and returns what it printed.
 *
 * @throws the signal's reason, after the command and its children have ended, when the signal was aborted
 * @throws Error when the program cannot be started
 */
export async function run(command: Command): Promise<Ended> {
  const { program, arguments: list, directory, environment, signal } = command;
  signal?.throwIfAborted();
  const child = spawn(program, list ?? [], {
    cwd: directory,
    env: environment,
    shell: list === undefined,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: a shell's children get the signal as well, and only from here.
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }

  let killing: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, name);
  };
  const stop = () => {
    send("SIGINT");
    killing = setTimeout(() => send("SIGKILL"), PATIENCE);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (signal?.aborted) {
      killGroup(child.pid);
      signal.throwIfAborted();
    }
    return { code: code ?? undefined, ...output };
  } finally {
    signal?.removeEventListener("abort", stop);
    clearTimeout(killing);
  }
}
