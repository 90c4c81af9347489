import { existsSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { EndSignal, ReaperMessage } from "./reaper";

/** How long a process may take to end by itself, in milliseconds. */
const GRACE = 5_000;

const watched = new Map<number, EndSignal>();
const directories = new Set<string>();

function send(pid: number, signal: EndSignal | "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Gone; or gone so long that the id is another user's.
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

function runs(pid: number): boolean {
  if (!send(pid, 0)) return false;
  // A process that has ended but whose new parent has not asked for its exit code still takes signals.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/^\d+ \(.*\) Z/s.test(readFileSync(stat, "utf8"));
}

async function endAll(): Promise<void> {
  for (const [pid, signal] of watched) send(pid, signal);
  const deadline = Date.now() + GRACE;
  let left = [...watched.keys()].filter(runs);
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(20);
    left = left.filter(runs);
  }
  for (const pid of left) send(pid, "SIGKILL");
  // A server that was killed leaves its workers a moment to notice.
  const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
  for (const directory of directories) rmSync(directory, options);
}

function take(message: ReaperMessage): void {
  if ("watch" in message) watched.set(message.watch, message.signal);
  else if ("forget" in message) watched.delete(message.forget);
  else if ("remove" in message) directories.add(message.remove);
  else directories.delete(message.keep);
}

// Whatever is sent to the whole group or terminal: the work comes first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => take(JSON.parse(line) as ReaperMessage));
lines.on("close", () => void endAll());
