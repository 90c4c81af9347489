import { setTimeout as pause } from "node:timers/promises";
import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import type { Side } from "../side";
import type { Plan, Step, StepContext } from "../step";
import type { EdgeSwitch } from "../world";
import { epochOf, readGates, type Gates, type WriteSwitch } from "../write-switch";

/** A switch in either direction: the same steps with the sides swapped. */
export interface SwitchDirection {
  readonly id: string;
  readonly title: string;
  readonly to: Side;
}

/** Lag above which writers would be held too long, in milliseconds: the marker takes as long as all before it. */
const MOST_LAG = 1_000;
/** How long to wait for the lag to fall, in milliseconds. */
const LAG_PATIENCE = 120_000;
/** How long the edge may take until all points agree, in milliseconds: measured in the wild are 20 to 32 s. */
const CONVERGENCE = 600_000;
const PROBE_INTERVAL = 250;
const SECOND = 1_000;

/**
 * The plan that makes the other side the writer.
 *
 * Order is everything here. `fence` closes the gate of the side that is left; only when `drain` has made everything
 * durable on the other side, and `reverse` has seen the way back carry a row, may `open` open the other gate. From
 * then on it is the writer; the edge follows as slowly as it likes, since applications on both sides find the writer.
 */
export function switchSteps(
  { id, title, to }: SwitchDirection,
  databases: readonly WriteSwitch[],
  edge?: EdgeSwitch,
): Plan {
  const from = databases[0]?.from;
  const epochs = new Map<WriteSwitch, number>();
  /** Databases whose `to` is open already: an earlier run came so far with them. Nothing is done to them any more. */
  const switched = new Set<WriteSwitch>();
  const waiting = (): WriteSwitch[] => databases.filter((database) => !switched.has(database));
  /** In another process than the one that began, the gates tell the number as well. */
  const epoch = async (database: WriteSwitch, signal: AbortSignal): Promise<number> => {
    const known = epochs.get(database) ?? epochOf(await readGates(database, signal));
    epochs.set(database, known);
    return known;
  };
  const withEpoch =
    <T>(work: (database: WriteSwitch, epoch: number, signal: AbortSignal) => Promise<T>) =>
    async ({ signal }: StepContext): Promise<Map<string, T>> =>
      eachDatabase(waiting(), async (database) => work(database, await epoch(database, signal), signal));

  const cutOff = new Set<WriteSwitch>();
  const unfenceAll = async (signal: AbortSignal, fenced: readonly WriteSwitch[]): Promise<void> => {
    await eachDatabase(fenced, async (database) => {
      if (await unfence(database, signal, epochs.get(database))) switched.add(database);
    });
  };

  const preflight: Step = {
    id: "preflight",
    title: "Nothing stands in the way",
    timeout: 60 * SECOND,
    async run({ signal }) {
      const findings = await eachDatabase(databases, async (database) => {
        const gates = await readGates(database, signal);
        refuseUnlessWriter(database, gates);
        if (gates.to.open) {
          switched.add(database);
          return [];
        }
        if (!gates.from.open) cutOff.add(database);
        return database.preflight(signal);
      });
      const lines = [...findings].flatMap(([name, found]) => found.map((finding) => `  ${name}: ${finding}`));
      if (lines.length > 0)
        throw new Error(["the switch would fail or lose something:", ...lines].join("\n"));
    },
    // Mends what a run left whose journal is lost: both gates closed, and nobody who knows that it has to open one.
    async undo({ signal }) {
      await unfenceAll(signal, [...cutOff]);
      cutOff.clear();
      if (switched.size === 0) return;
      const names = [...switched].map(({ name }) => name).join(", ");
      throw new CannotUndo(
        `${names}: the ${to} is the writer there; the other databases are back on the ${from}`,
      );
    },
  };

  const lag: Step = {
    id: "lag",
    title: "Replication is close behind",
    timeout: LAG_PATIENCE,
    async run(context) {
      const { signal } = context;
      for (;;) {
        const lags = await eachDatabase(waiting(), (database) => database.lag(signal));
        const worst = Math.round(Math.max(0, ...lags.values()));
        context.observe("lagMs", worst);
        if (worst <= MOST_LAG) return;
        await pause(SECOND, undefined, { signal });
      }
    },
  };

  const ready: Step = {
    id: "ready",
    title: "Connections stand",
    timeout: 30 * SECOND,
    async run({ signal }) {
      await eachDatabase(waiting(), async (database) => {
        await database.warm(signal);
        await epoch(database, signal);
      });
    },
  };

  const fence: Step = {
    id: "fence",
    title: `Writes on the ${from} are fenced`,
    timeout: 15 * SECOND,
    async run(context) {
      const fenced = await withEpoch((database, number, signal) => database.fence(number, signal))(context);
      context.observe("waitedForTransactions", sum([...fenced.values()].map((one) => one.waitedFor)));
      context.observe("sessionsSentAway", sum([...fenced.values()].map((one) => one.sentAway)));
    },
    async undo({ signal }) {
      await unfenceAll(signal, waiting());
      epochs.clear();
    },
  };

  const drain: Step = {
    id: "drain",
    title: `The ${to} has everything, sequences too, durably`,
    timeout: 15 * SECOND,
    async run(context) {
      const drained = await withEpoch((database, number, signal) => database.drain(number, signal))(context);
      context.observe("sequencesSet", sum([...drained.values()]));
    },
  };

  const reverse: Step = {
    id: "reverse",
    title: `Replication back to the ${from} carries rows`,
    timeout: 15 * SECOND,
    run: async (context) =>
      void (await withEpoch((database, number, signal) => database.proveReverse(number, signal))(context)),
  };

  const open: Step = {
    id: "open",
    title: `The ${to} is the writer`,
    timeout: 10 * SECOND,
    async check({ signal }) {
      const gates = await eachDatabase(databases, (database) => database.gate("to", signal));
      return [...gates.values()].every((gate) => gate.open);
    },
    run: async (context) =>
      void (await withEpoch((database, number, signal) => database.open(number, signal))(context)),
    async undo({ signal }) {
      await eachDatabase(waiting(), async (database) => {
        if (!(await database.forfeit(await epoch(database, signal), signal))) switched.add(database);
      });
      if (waiting().length === 0) throw new CannotUndo(`the ${to} is open already`);
    },
  };

  return {
    id,
    title,
    pointOfNoReturn: open.id,
    steps: [preflight, lag, ready, fence, drain, reverse, open, ...(edge ? edgeSteps(edge, to) : [])],
    async release() {
      await Promise.all(databases.map((database) => database.close()));
    },
  };
}

/**
 * Opens the side again that is left. The other side's number is spent first; when it cannot be reached that is left
 * out, since the engine comes here only when nobody has tried to open it, and writers wait.
 *
 * @returns whether the other side turned out to be open: then it stays the writer
 */
async function unfence(database: WriteSwitch, signal: AbortSignal, known?: number): Promise<boolean> {
  await database.abandon();
  const [number] = await Promise.allSettled([known ?? readGates(database, signal).then(epochOf)]);
  if (number.status === "fulfilled") {
    const [forfeited] = await Promise.allSettled([database.forfeit(number.value, signal)]);
    if (forfeited.status === "fulfilled" && !forfeited.value) return true;
  }
  await database.reopen(
    number.status === "fulfilled" ? number.value : await ownNumber(database, signal),
    signal,
  );
  return false;
}

/** The number of the fence by its own gate alone: one that has not come yet must be spent too, or it comes with nobody there. */
async function ownNumber(database: WriteSwitch, signal: AbortSignal): Promise<number> {
  const { open, epoch } = await database.gate("from", signal);
  return open ? epoch + 1 : epoch;
}

function refuseUnlessWriter({ from, to }: WriteSwitch, gates: Gates): void {
  if (gates.to.open && gates.from.open) {
    throw new Error("both gates are open: somebody opened one by hand; close the one that is not the writer");
  }
  if (!gates.to.open && gates.to.opened > gates.from.opened) {
    throw new Error(
      `the ${from} is not the writer: the ${to} was it last, and a switch away from it was cut off. ` +
        "Run that switch again: it goes on or back",
    );
  }
}

function edgeSteps(edge: EdgeSwitch, to: Side): Step[] {
  return [
    {
      id: "edge",
      title: `The edge is told to use the ${to}`,
      timeout: 60 * SECOND,
      check: async () => (await edge.current()) === to,
      run: () => edge.point(to),
      async verify() {
        const current = await edge.current();
        if (current !== to) throw new Error(`the edge's store names the ${current}, expected the ${to}`);
      },
    },
    {
      id: "converged",
      title: "Every vantage point agrees",
      timeout: CONVERGENCE,
      async run(context) {
        for (;;) {
          const sightings = await edge.probe();
          const agreeing = sightings.filter(({ side }) => side === to).length;
          context.observe("pointsAgreeing", agreeing);
          context.observe("points", sightings.length);
          if (agreeing === sightings.length) return;
          await pause(PROBE_INTERVAL, undefined, { signal: context.signal });
        }
      },
    },
  ];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
