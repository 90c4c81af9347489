import { spawn } from "node:child_process";
import { once } from "node:events";
import { nodeArguments, ownScript } from "./run-script";

/** How a process is asked to end before it is killed. PostgreSQL takes SIGINT for "at once, but orderly". */
export type EndSignal = "SIGTERM" | "SIGINT";

/** What the parent tells the reaper: one JSON object a line. */
export type ReaperMessage =
  | { readonly watch: number; readonly signal: EndSignal }
  | { readonly forget: number }
  | { readonly remove: string }
  | { readonly keep: string };

/**
 * A process of its own that outlives this one and ends what this one started: when the pipe between the two closes,
 * which the kernel sees to however this process ends, even by `kill -9`.
 */
export interface Reaper {
  /** The reaper's own process id. */
  readonly pid: number;
  /** A process to end. Forget it once its exit was seen: its id may be given to another. */
  watch(pid: number, signal: EndSignal): void;
  forget(pid: number): void;
  /** A directory to remove, with all in it, after the processes have ended. */
  remove(directory: string): void;
  /** Takes `remove` back. */
  keep(directory: string): void;
  /** Ends what is still watched, removes the directories, resolves when that is done. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the reaper; do it before anything that it should end. */
export function startReaper(): Reaper {
  // A session of its own: Ctrl-C in the terminal must not end it before its work is done.
  const child = spawn(process.execPath, nodeArguments(ownScript("reaper-process")), {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  // The exit is awaited in close(); until then its pipe must not keep this process running.
  child.unref();
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => undefined);
  child.stdin.on("error", () => undefined);
  const tell = (message: ReaperMessage) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid ?? 0,
    watch: (pid, signal) => tell({ watch: pid, signal }),
    forget: (pid) => tell({ forget: pid }),
    remove: (directory) => tell({ remove: directory }),
    keep: (directory) => tell({ keep: directory }),
    async close() {
      child.ref();
      child.stdin.end();
      await Promise.race([exited, failed]);
    },
  };
}
