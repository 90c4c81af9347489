import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../seeded";
import { arrivals } from "./arrivals";
import { openClient } from "./client";
import { openLedger } from "./ledger";
import type { LoadNews, LoadOrder, LoadPlan } from "./protocol";
import { startTally } from "./tally";

// A process of its own, so that nothing else on this machine's event loops delays an arrival.

const tell = (news: LoadNews) => process.send?.(news);

interface Running {
  pause(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}

function start(plan: LoadPlan): Running {
  const random = seededRandom(plan.seed);
  const tally = startTally();
  const ledger = openLedger(plan.ledger);
  const client = openClient({ urls: plan.urls, random, tally, acknowledge: (entry) => ledger.append(entry) });
  const underway = new Set<Promise<void>>();
  let begun = performance.now();
  let pausedAt: number | undefined;
  let stopped = false;
  let orders = 0;

  const send = () => {
    const sent = random() < plan.writeShare ? client.write(`order-${plan.seed}-${++orders}`) : client.read();
    underway.add(sent);
    void sent.finally(() => underway.delete(sent));
  };
  const arrive = async () => {
    for (const due of arrivals(plan.rate, random)) {
      // A pause moves everything that is due after it, so that no crowd waits at its end.
      while (!stopped && (pausedAt !== undefined || begun + due > performance.now() + 1)) {
        await sleep(pausedAt === undefined ? Math.min(begun + due - performance.now(), 50) : 10);
      }
      if (stopped) return;
      // Whether earlier requests were answered plays no part: visitors do not wait for each other.
      send();
    }
  };
  const arriving = arrive();
  const counting = setInterval(() => tell({ news: "counts", summary: tally.summary() }), 250);
  return {
    async pause() {
      pausedAt = performance.now();
      await Promise.all(underway);
      tell({ news: "paused" });
    },
    resume() {
      if (pausedAt !== undefined) begun += performance.now() - pausedAt;
      pausedAt = undefined;
    },
    async stop() {
      stopped = true;
      await arriving;
      await Promise.all(underway);
      clearInterval(counting);
      client.close();
      ledger.close();
      tell({ news: "stopped", summary: tally.summary() });
    },
  };
}

let running: Running | undefined;

process.on("message", (message: LoadOrder) => {
  if (message.order === "start") {
    running = start(message.plan);
    tell({ news: "started" });
  } else if (message.order === "stop") {
    void running?.stop().then(() => process.disconnect());
  } else {
    void running?.[message.order]();
  }
});
// Nobody is left to load for.
process.on("disconnect", () => process.exit());
