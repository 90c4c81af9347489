import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Reaper } from "../reaper";
import { nodeArguments, ownScript } from "../run-script";
import type { LoadNews, LoadOrder, LoadPlan } from "./protocol";
import type { LoadSummary } from "./tally";

/** The running clients. */
export interface Load {
  /** As the clients told last, at most a quarter of a second ago. @default - they have not told anything yet */
  counts(): LoadSummary | undefined;
  /** Sends nothing new, waits until every request has ended, and tells what was seen. */
  stop(): Promise<LoadSummary>;
  /** Ends the clients at once. Safe when they have ended. */
  kill(): Promise<void>;
}

export interface LoadOptions extends LoadPlan {
  readonly reaper: Reaper;
  /** Told when the clients end without having been asked to. */
  readonly onDeath: (reason: Error) => void;
}

/** Starts the clients in a process of their own; resolves when they send. */
export async function startLoad({ reaper, onDeath, ...plan }: LoadOptions): Promise<Load> {
  const child = spawn(process.execPath, nodeArguments(ownScript("load/load-process")), {
    // Ctrl-C in a terminal goes to the whole group: the clients end when this process says so.
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  if (child.pid === undefined) throw (await once(child, "error"))[0];
  const { pid } = child;
  reaper.watch(pid, "SIGTERM");
  // Clients that have ended cannot be told anything; whoever waits for their answer hears of their end instead.
  const tell = (message: LoadOrder) => void child.send(message, () => undefined);
  let latest: LoadSummary | undefined;
  let asked = false;

  const ended = once(child, "exit").then(([code, signal]: (number | string | null)[]) => {
    reaper.forget(pid);
    const reason = new Error(`the clients' process ended with ${signal ?? `exit code ${code}`}`);
    if (!asked) onDeath(reason);
    return reason;
  });
  /** Waits for one kind of news; rejects when the clients end before they tell it. */
  const hear = <N extends LoadNews["news"]>(kind: N) =>
    new Promise<Extract<LoadNews, { news: N }>>((resolve, reject) => {
      child.on("message", (message: LoadNews) => {
        if (message.news === kind) resolve(message as Extract<LoadNews, { news: N }>);
      });
      void ended.then(reject);
    });
  child.on("message", (message: LoadNews) => {
    if ("summary" in message) latest = message.summary;
  });

  const started = hear("started");
  tell({ order: "start", plan });
  await started;
  return {
    counts: () => latest,
    async stop() {
      asked = true;
      const stopped = hear("stopped");
      tell({ order: "stop" });
      const { summary } = await stopped;
      await ended;
      return summary;
    },
    async kill() {
      asked = true;
      child.kill("SIGKILL");
      await ended;
    },
  };
}
