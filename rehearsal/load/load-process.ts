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
  /** Resolves when every request has ended. */
  stop(): Promise<void>;
}

function start(plan: LoadPlan): Running {
  const random = seededRandom(plan.seed);
  const tally = startTally();
  const ledger = openLedger(plan.ledger);
  const { urls, databases } = plan;
  const client = openClient({ urls, databases, random, tally, acknowledge: (entry) => ledger.append(entry) });
  const underway = new Set<Promise<void>>();
  const begun = performance.now();
  let stopped = false;
  let orders = 0;

  const send = () => {
    const sent = random() < plan.writeShare ? client.write(`order-${plan.seed}-${++orders}`) : client.read();
    underway.add(sent);
    void sent.finally(() => underway.delete(sent));
  };
  const arrive = async () => {
    for (const due of arrivals(plan.rate, random)) {
      const wait = begun + due - performance.now();
      if (wait > 1) await sleep(wait);
      if (stopped) return;
      // Whether earlier requests were answered plays no part: visitors do not wait for each other.
      send();
    }
  };
  const arriving = arrive();
  const counting = setInterval(() => tell({ news: "counts", summary: tally.summary() }), 250);
  return {
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
  } else {
    void running?.stop().then(() => process.disconnect());
  }
});
// Nobody is left to load for.
process.on("disconnect", () => process.exit());
