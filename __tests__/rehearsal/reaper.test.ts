import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that has ended but that nobody has asked for its exit code counts as ended. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z/.test(readFileSync(stat, "utf8"));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** Starts databases, tasks and a process that does not listen to SIGTERM. */
async function startParent() {
  const directory = await mkdtemp(join(tmpdir(), "relocate-test-"));
  const script = join(__dirname, "fixtures", "reaped-parent.ts");
  const parent = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  return { parent, directory, processes: JSON.parse(line) as number[] };
}

test.each(["SIGKILL", "SIGTERM"] as const)(
  "no process and no file is left behind when the process that started them ends by %s",
  async (signal) => {
    const { parent, directory, processes } = await startParent();
    // The reaper, the stubborn one, two databases, four tasks.
    expect(processes.filter(runs)).toHaveLength(8);
    parent.kill(signal);
    await until(() => !processes.some(runs));
    expect(existsSync(directory)).toBe(false);
  },
  90_000,
);
