import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** A run of the command itself. */
export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Resolves when the text has been printed on stderr; rejects when the command ends before. */
  readonly printed: (text: string) => Promise<void>;
}

/** Runs `relocate` as a process, in the project's directory unless another one is given. */
export function relocate(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  directory = ROOT,
): Run {
  const transpiler = require.resolve("ts-node/register/transpile-only");
  const entry = ["-r", transpiler, join(ROOT, "cli/relocate.ts")];
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd: directory,
    // As in CI, where many programs colour their output though nobody's terminal shows it.
    env: { ...process.env, CI: "true", ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on("data", look);
        look();
        void ended.then(() => reject(new Error(`ended without "${text}":\n${stderr}`)));
      }),
  };
}
