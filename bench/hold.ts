import { startClusters, stopClusters, pairOn, OPERATOR, type Clusters } from "../__tests__/runbook/clusters";
import { migrateBoth, operator, settled } from "../__tests__/runbook/plans/course";
import { startPooledWriters } from "../__tests__/runbook/pooled-writers";
import { startPoolers, type RunningPoolers } from "../__tests__/runbook/poolers";
import { audit, startWriters, type Acknowledged } from "../__tests__/runbook/writers";
import { openForwarder, type Forwarder } from "../rehearsal/forwarder";
import { cutoverPlan } from "../runbook/plans/cutover";
import { rollbackPlan } from "../runbook/plans/rollback";
import { startPlan } from "../runbook/plans/start";
import type { Observations } from "../runbook/result";
import { otherSide, type Side } from "../runbook/side";
import type { DatabasePair, WriterEndpoint } from "../runbook/world";
import { countTrips, type TripCounter } from "./round-trips";
import { slowName } from "./slow-name";

/** Between the regions, one way, in milliseconds. */
const LATENCY = 45;
const CUTOVERS = 10;
/** Low lag is waited for before the hold, and is no part of it. */
const limits = { steadyLag: 0 };
/** What a name's servers take to follow, and for how long a resolver keeps an answer, in milliseconds. */
const PROPAGATION = 2_000;
const TTL = 1_000;

/** Ten cutovers and as many rollbacks, in one of the ways that applications find the writer. */
export interface HoldMeasurement {
  /** Acknowledged writes of all clients together, a second. */
  readonly writesPerSecond: number;
  /** From the last acknowledgement of one side to the first of the other, in milliseconds, sorted. */
  readonly cutovers: readonly number[];
  readonly rollbacks: readonly number[];
  /** Median of each part of a cutover's handover, in milliseconds. */
  readonly parts: Readonly<Record<string, number>>;
  /** Of the runbook, between the regions, in the step that holds writers; the most of all switches. */
  readonly roundTrips: number;
  readonly failedStatements: number;
  readonly lost: number;
  readonly duplicated: number;
}

interface Load {
  readonly ledger: readonly Acknowledged[];
  failed(): number;
  wroteOn(side: Side): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Measures what a switch costs its writers, with clients beside each server, the runbook in the target's region, and
 * everything between the regions on its way for 45 ms.
 *
 * @throws Error with the cause when a switch is not done: a number from it would mean nothing
 */
export async function measureHold(way: WriterEndpoint["kind"]): Promise<HoldMeasurement> {
  const database = `hold_${way.replace("-", "_")}`;
  const clusters = await startClusters();
  const regions = await openRegions(clusters);
  const keeper = operator();
  await migrateBoth(clusters, database);
  const pair = regions.pair(database);
  const begun = await keeper.run(startPlan({ databases: [pair] }));
  if (begun.outcome !== "done") throw new Error(begun.cause);
  const { endpoint, load, stop } = await startLoad(way, clusters, database, regions);
  const world = { databases: [{ ...pair, endpoint }] };
  const parts = new Map<string, number[]>();
  let roundTrips = 0;

  await load.wroteOn("source");
  const since = performance.now();
  for (let made = 0; made < 2 * CUTOVERS; made++) {
    const to: Side = made % 2 === 0 ? "target" : "source";
    const plan = to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
    let held = 0;
    const result = await keeper.run(plan, ({ step, event, observations }) => {
      if (step !== "handover") return;
      if (event === "begun") held = performance.now();
      if (event !== "done") return;
      roundTrips = Math.max(roundTrips, regions.trips.between(held, performance.now()));
      if (to === "target") collect(parts, database, observations ?? {});
    });
    if (result.outcome !== "done") throw new Error(`${plan.id}: ${result.outcome}: ${result.cause}`);
    await load.wroteOn(to);
  }
  const seconds = (performance.now() - since) / 1_000;
  await load.stop();
  await settled(clusters, database);
  const changes = holds(load.ledger);
  const measured = {
    writesPerSecond: Math.round(load.ledger.length / seconds),
    cutovers: sorted(changes.filter(({ to }) => to === "target").map(({ ms }) => ms)),
    rollbacks: sorted(changes.filter(({ to }) => to === "source").map(({ ms }) => ms)),
    parts: Object.fromEntries([...parts].map(([name, times]) => [name, median(sorted(times))])),
    roundTrips,
    failedStatements: load.failed(),
    ...(await audit(clusters, "source", database, load.ledger)),
  };
  await stop();
  await Promise.all([regions.close(), stopClusters(clusters)]);
  keeper.close();
  return measured;
}

interface BothRegions {
  readonly trips: TripCounter;
  pair(database: string): DatabasePair;
  /** Ports of the servers as they are reached from the other region. */
  readonly far: Readonly<Record<Side, number>>;
  /** A port of the source's region as the runbook reaches it. */
  readonly fromRunbook: (port: number, what: string) => Promise<number>;
  close(): Promise<void>;
}

async function openRegions(clusters: Clusters): Promise<BothRegions> {
  const forwarders: Forwarder[] = [];
  const forward = async (port: number): Promise<number> => {
    const forwarder = await openForwarder(port, LATENCY);
    forwarders.push(forwarder);
    return forwarder.port;
  };
  const trips = countTrips();
  const far = { source: await forward(clusters.source.port), target: await forward(clusters.target.port) };
  const fromRunbook = async (port: number, what: string): Promise<number> =>
    trips.through(await forward(port), what);
  const source = await fromRunbook(clusters.source.port, "databases");
  return {
    trips,
    far,
    fromRunbook,
    pair: (database) => ({
      ...pairOn(clusters, database),
      operator: (side) => {
        const config = clusters[side].config(OPERATOR, database);
        return Promise.resolve(side === "source" ? { ...config, port: source } : config);
      },
      conninfo: async (subscriber) => {
        const near = await pairOn(clusters, database).conninfo(subscriber);
        return near.replace(/port=\d+/, `port=${far[otherSide(subscriber)]}`);
      },
    }),
    async close() {
      trips.close();
      await Promise.all(forwarders.map((forwarder) => forwarder.close()));
    },
  };
}

async function startLoad(
  way: WriterEndpoint["kind"],
  clusters: Clusters,
  database: string,
  { far, fromRunbook }: BothRegions,
): Promise<{ endpoint: WriterEndpoint; load: Load; stop: () => Promise<void> }> {
  if (way === "pooler") {
    const running: RunningPoolers = await startPoolers(clusters, {
      database,
      consolePort: (side, port) => (side === "source" ? fromRunbook(port, "poolers") : Promise.resolve(port)),
      writerPort: (from, to) => (from === to ? clusters[to].port : far[to]),
    });
    const writers = startPooledWriters(clusters, running.instances);
    return {
      endpoint: { kind: way, poolers: running.poolers },
      load: { ...writers, failed: () => writers.errors.length, wroteOn: () => writers.wrote() },
      stop: () => running.stop(),
    };
  }
  const name = slowName(PROPAGATION, TTL);
  const known = way === "cname" ? (): Side[] => [name.resolve()] : undefined;
  const writers = startWriters(clusters, database, 4, known);
  return {
    endpoint: way === "cname" ? { kind: way, name: name.pointer } : { kind: way },
    load: { ...writers, failed: () => [...writers.errors.values()].reduce((sum, one) => sum + one, 0) },
    stop: () => Promise.resolve(),
  };
}

function collect(parts: Map<string, number[]>, database: string, observations: Observations): void {
  for (const [key, value] of Object.entries(observations)) {
    const name = new RegExp(`^${database}\\.(\\w+)Ms$`).exec(key)?.[1];
    if (name === undefined || typeof value !== "number") continue;
    parts.set(name, [...(parts.get(name) ?? []), value]);
  }
}

/** Time without acknowledgement between two sides, of each change of side. Late answers of the side that was left count for it. */
function holds(ledger: readonly Acknowledged[]): { readonly to: Side; readonly ms: number }[] {
  const inOrder = [...ledger].sort((a, b) => a.at - b.at);
  return inOrder.flatMap((entry, index) => {
    const before = inOrder[index - 1];
    return before && before.side !== entry.side
      ? [{ to: entry.side, ms: Math.round(entry.at - before.at) }]
      : [];
  });
}

const sorted = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);
const median = (times: readonly number[]): number => times[times.length >> 1] ?? NaN;

/** One line of the table. */
export const holdRow = (measured: HoldMeasurement) => ({
  "writes/s": measured.writesPerSecond,
  "cutover, least": measured.cutovers[0],
  "median, ms": median(measured.cutovers),
  most: measured.cutovers.at(-1),
  "rollback, median": median(measured.rollbacks),
  ...measured.parts,
  "round trips": measured.roundTrips,
  failed: measured.failedStatements,
  lost: measured.lost,
  doubled: measured.duplicated,
});

async function main(): Promise<void> {
  for (const way of ["host-list", "pooler", "cname"] as const) {
    console.table({ [way]: holdRow(await measureHold(way)) });
  }
}

if (require.main === module) void main();
