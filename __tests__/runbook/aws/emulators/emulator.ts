import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../../rehearsal/free-port";
import { pythonWith } from "./python";

/** Emulators of AWS that nobody here wrote; which one is trusted with what: docs/aws-adapters.md. */
export type EmulatorName = "moto" | "ministack";

/** The account that both emulators act for. */
export const ACCOUNT = "123456789012";

/** What a test's hook may take when the environment has to be made first, in milliseconds. */
export const EMULATOR_TIMEOUT = 240_000;
const START_LIMIT = 30_000;
const STOP_LIMIT = 10_000;

const COMMANDS: Readonly<
  Record<EmulatorName, (port: number) => { arguments: string[]; environment: Record<string, string> }>
> = {
  moto: (port) => ({
    arguments: ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    environment: { MOTO_ACM_VALIDATION_WAIT: "1" },
  }),
  ministack: (port) => ({
    arguments: ["-m", "ministack"],
    environment: {
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      IOT_MTLS_ENABLED: "0",
    },
  }),
};

/** Ends the server when it is told to, and when the test run is gone, however that ended. */
const KEEPER = `"$@" & server=$!
trap 'kill $server; wait $server; exit' TERM
while kill -0 $RELOCATE_TEST_RUN && kill -0 $server; do sleep 0.5 & wait $!; done 2>/dev/null
kill $server`;

/**
 * Address of an emulator: one server for a whole test run, started by the first file that asks for it. State is shared
 * by the files of a run, so each names its things after itself.
 */
export async function emulator(name: EmulatorName): Promise<string> {
  // Emulators take any credentials; the SDK wants some.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" });
  const directory = join(emulators(), name);
  mkdirSync(emulators(), { recursive: true });
  try {
    mkdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return started(directory);
  }
  try {
    const endpoint = await start(name, directory);
    writeFileSync(join(directory, "endpoint"), endpoint);
    return endpoint;
  } catch (error) {
    writeFileSync(join(directory, "fault"), (error as Error).message);
    throw error;
  }
}

/** Stops what the run has started, and resolves when it has ended. */
export async function stopEmulators(): Promise<void> {
  if (!existsSync(emulators())) return;
  const files = readdirSync(emulators()).map((name) => join(emulators(), name, "keeper"));
  const keepers = files.filter(existsSync).map((file) => Number(readFileSync(file, "utf8")));
  await Promise.all(keepers.map(end));
}

async function end(keeper: number): Promise<void> {
  const deadline = Date.now() + STOP_LIMIT;
  // The keeper ends after its server; once it is gone it can be signalled no more.
  for (let signal: NodeJS.Signals | 0 = "SIGTERM"; isSignalled(keeper, signal); signal = 0) {
    if (Date.now() > deadline) throw new Error(`process ${keeper}: an emulator does not end`);
    await sleep(20);
  }
}

function isSignalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The run's own temporary directory holds what its workers tell each other. */
const emulators = () => join(tmpdir(), "emulators");

async function start(name: EmulatorName, directory: string): Promise<string> {
  const python = await pythonWith(join(__dirname, `${name}.txt`));
  const port = await freePort();
  const command = COMMANDS[name](port);
  const logFile = join(directory, "log");
  const log = openSync(logFile, "a");
  const keeper = spawn("sh", ["-c", KEEPER, "sh", python, ...command.arguments], {
    detached: true,
    env: { ...process.env, ...command.environment },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  writeFileSync(join(directory, "keeper"), String(keeper.pid));
  keeper.unref();
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_LIMIT;
  for (;;) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return endpoint;
    if (keeper.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${name} did not start:\n${readFileSync(logFile, "utf8").slice(-2_000)}`);
    }
    await sleep(50);
  }
}

/** Another worker of the run is starting it. */
async function started(directory: string): Promise<string> {
  const deadline = Date.now() + EMULATOR_TIMEOUT;
  while (Date.now() < deadline) {
    if (existsSync(join(directory, "endpoint"))) return readFileSync(join(directory, "endpoint"), "utf8");
    if (existsSync(join(directory, "fault"))) throw new Error(readFileSync(join(directory, "fault"), "utf8"));
    await sleep(50);
  }
  throw new Error(`${directory}: the emulator that another test file has begun to start never came up`);
}
