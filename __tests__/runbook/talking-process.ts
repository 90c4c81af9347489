import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A script in a process of its own, which says what it does line by line. */
export interface TalkingProcess {
  readonly pid: number;
  /** What it says next. */
  hear(): Promise<string>;
  tell(line: string): void;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it, once it has ended. */
  readonly exit: Promise<number | NodeJS.Signals>;
  /** Ends it, whatever it does, and waits for that. */
  end(): Promise<void>;
}

/**
 * Starts a script of this folder.
 *
 * @param limit a shell command before it, such as `ulimit -f 1`
 */
export function talkingProcess(
  script: string,
  parameters: readonly string[],
  limit = "true",
): TalkingProcess {
  const node = [
    process.execPath,
    "-r",
    "ts-node/register/transpile-only",
    join(__dirname, script),
    ...parameters,
  ];
  const child = spawn("bash", ["-c", `${limit}; exec "$@"`, "bash", ...node], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const exit = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    pid: child.pid ?? 0,
    async hear() {
      const line = (await lines.next()) as IteratorResult<string, undefined>;
      return line.value ?? "(it has ended)";
    },
    tell: (line) => void child.stdin.write(`${line}\n`),
    signal: (signal) => void child.kill(signal),
    exit,
    async end() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
