import { startClusters, stopClusters, pairOn, OPERATOR, type Clusters } from "../__tests__/runbook/clusters";
import { migrateBoth, operator, settled } from "../__tests__/runbook/plans/course";
import { audit, holds, startWriters } from "../__tests__/runbook/writers";
import { openForwarder } from "../rehearsal/forwarder";
import { cutoverPlan } from "../runbook/plans/cutover";
import { rollbackPlan } from "../runbook/plans/rollback";
import { startPlan } from "../runbook/plans/start";
import { otherSide, type Side } from "../runbook/side";
import type { Plan } from "../runbook/step";
import type { World } from "../runbook/world";

const DATABASE = "bench";
/** Between the regions, one way, in milliseconds. */
const LATENCY = 45;
const SWITCHES = 14;

/**
 * Measures what the runbook and replication have of the hold: last acknowledgement of one side to the first of the
 * other, with writers beside each server. The runbook runs in the target's region, and everything between the regions
 * takes its time.
 */
async function main(): Promise<void> {
  const clusters = await startClusters();
  const [source, target] = await Promise.all([
    openForwarder(clusters.source.port, LATENCY),
    openForwarder(clusters.target.port, LATENCY),
  ]);
  const far = { source: source.port, target: target.port };
  const keeper = operator();
  const run = async (plan: Plan): Promise<void> => {
    const { outcome, cause } = await keeper.run(plan);
    if (outcome !== "done") throw new Error(`${plan.id}: ${outcome}: ${cause}`);
  };
  await migrateBoth(clusters, DATABASE);
  const world = acrossRegions(clusters, far);
  await run(startPlan(world));
  const writers = startWriters(clusters, DATABASE, 4);
  await writers.wroteOn("source");
  for (let made = 0; made < SWITCHES; made++) {
    const to: Side = made % 2 === 0 ? "target" : "source";
    await run(to === "target" ? cutoverPlan(world) : rollbackPlan(world));
    await writers.wroteOn(to);
  }
  await writers.stop();
  await settled(clusters, DATABASE);
  const all = holds(writers.ledger);
  console.table({
    "cutover, hold": spread(all.filter((_, index) => index % 2 === 0)),
    "rollback, hold": spread(all.filter((_, index) => index % 2 === 1)),
  });
  const { lost, duplicated } = await audit(clusters, "target", DATABASE, writers.ledger);
  console.log(`${writers.ledger.length} acknowledged writes, ${lost} lost, ${duplicated} duplicated`);
  await Promise.all([source.close(), target.close(), stopClusters(clusters)]);
  keeper.close();
}

function acrossRegions(clusters: Clusters, far: Readonly<Record<Side, number>>): World {
  const near = pairOn(clusters, DATABASE);
  const pair = pairOn(clusters, DATABASE, {
    operator: (side) => {
      const config = clusters[side].config(OPERATOR, DATABASE);
      return Promise.resolve(side === "source" ? { ...config, port: far.source } : config);
    },
    conninfo: async (subscriber) =>
      (await near.conninfo(subscriber)).replace(/port=\d+/, `port=${far[otherSide(subscriber)]}`),
  });
  return { databases: [pair] };
}

function spread(times: readonly number[]): Record<string, number> {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  const [least = NaN] = sorted;
  return {
    "least, ms": least,
    "median, ms": sorted[sorted.length >> 1] ?? NaN,
    "most, ms": sorted.at(-1) ?? NaN,
  };
}

void main();
