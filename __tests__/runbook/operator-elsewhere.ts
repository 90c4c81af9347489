import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** An operator in a process of its own. */
export interface OperatorElsewhere {
  readonly pid: number;
  /** What it says next. */
  hear(): Promise<string>;
  /** Has it append an entry of that step; what it says next is how that went. */
  tell(step: string): void;
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** Ends it, whatever it does, and waits for that. */
  end(): Promise<void>;
}

/**
 * Starts one that opens a journal.
 *
 * @param durationMs of its lease
 * @param limit a shell command before it, such as `ulimit -f 1`
 */
export function operatorElsewhere(journal: string, durationMs: number, limit = "true"): OperatorElsewhere {
  const script = join(__dirname, "operator-process.ts");
  const node = [
    process.execPath,
    "-r",
    "ts-node/register/transpile-only",
    script,
    journal,
    String(durationMs),
  ];
  const child = spawn("bash", ["-c", `${limit}; exec "$@"`, "bash", ...node], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async hear() {
      const line = (await lines.next()) as IteratorResult<string, undefined>;
      return line.value ?? "(it has ended)";
    },
    tell: (step) => void child.stdin.write(`${step}\n`),
    signal: (signal) => void child.kill(signal),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
