import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** PgBouncer as it is installed on this machine. */
export interface PgbouncerProgram {
  /** Major and minor, such as `[1, 24]`. */
  readonly version: readonly [number, number];
}

/** Where packages put daemons, which is not on everybody's PATH. */
const MORE_PATHS = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/** PATH of a pooler's container on this machine. */
export const poolerPath = (): string => [process.env.PATH ?? "", ...MORE_PATHS].join(":");

/**
 * Asks PgBouncer for its version.
 *
 * @throws Error that says how to install it
 */
export async function findPgbouncer(): Promise<PgbouncerProgram> {
  const { stdout } = await run("pgbouncer", ["--version"], {
    env: { ...process.env, PATH: poolerPath() },
  }).catch((cause: Error) => {
    throw new Error(
      "The workload has poolers, and the rehearsal runs real ones: pgbouncer is not installed. Install the package " +
        "pgbouncer with your system's package manager (apt-get install pgbouncer, brew install pgbouncer)",
      { cause },
    );
  });
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined)
    throw new Error(`pgbouncer --version: found "${stdout.trim()}", expected such as "PgBouncer 1.24.1"`);
  return { version: [Number(major), Number(minor)] };
}
