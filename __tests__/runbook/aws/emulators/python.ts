import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const executeFile = promisify(execFile);
// Jest's tests see an environment of their own, which a child gets only when it is handed over.
const execute = (file: string, list: readonly string[]) => executeFile(file, list, { env: process.env });
/** Where environments stay from run to run: making one takes ten seconds and the network. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cdktf-relocate", "emulators");

/**
 * The Python that has exactly what a requirements file pins, in an environment that is made when it is missing.
 *
 * @returns path of its interpreter
 * @throws Error with the command to give when Python or the network is missing
 */
export async function pythonWith(requirements: string): Promise<string> {
  const version = await pythonVersion();
  const pinned = await readFile(requirements, "utf8");
  const key = createHash("sha256").update(`${version}\n${pinned}`).digest("hex").slice(0, 16);
  const environment = join(CACHE, key);
  const interpreter = (directory: string) => join(directory, "bin", "python");
  if (existsSync(interpreter(environment))) return interpreter(environment);

  // Made aside and moved when it is whole: another run may be making the same one.
  const making = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    await orAdvise(
      execute("python3", ["-m", "venv", making]),
      "install it with: apt-get install python3-venv (or your system's package of that name)",
    );
    await orAdvise(
      execute(interpreter(making), ["-m", "pip", "install", "--quiet", "--requirement", requirements]),
      `see that pip reaches its index: python3 -m pip download --no-deps --requirement ${requirements}`,
    );
    await rename(making, environment).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return interpreter(environment);
}

async function pythonVersion(): Promise<string> {
  const asked = await orAdvise(
    execute("python3", ["--version"]),
    "install it with: apt-get install python3 python3-venv (or your system's packages of these names)",
  );
  return asked.stdout.trim();
}

async function orAdvise<T>(command: Promise<T>, fix: string): Promise<T> {
  try {
    return await command;
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`The emulators of AWS need Python 3.11 or newer with venv: ${message.trim()}\n${fix}`, {
      cause,
    });
  }
}
