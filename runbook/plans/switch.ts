import { setTimeout as pause } from "node:timers/promises";
import { CannotUndo } from "../attempt";
import { eachDatabase } from "../each-database";
import type { Side } from "../side";
import type { Plan, Step } from "../step";
import type { Pointer } from "../world";
import { readGates, type Gates, type WriteSwitch } from "../write-switch";
import { takeBack } from "./take-back";

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
 * All that can be made ready is, before any writer is held. `handover` then is one call, which each database carries
 * out by itself: the right to write travels in the replication stream, behind the last row of the side that is left,
 * and opens the other side where it arrives. The edge follows as slowly as it likes, since applications on both sides
 * find the writer.
 */
export function switchSteps(
  { id, title, to }: SwitchDirection,
  databases: readonly WriteSwitch[],
  edge?: Pointer,
): Plan {
  const from = databases[0]?.from;
  /** The number of each database's switch: one that its gates have not seen. */
  const epochs = new Map<WriteSwitch, number>();
  /** Databases whose `to` is the writer already. Nothing is done to them any more. */
  const switched = new Set<WriteSwitch>();
  const waiting = (): WriteSwitch[] => databases.filter((database) => !switched.has(database));
  /** Databases in which a runbook that died has left a closed gate. */
  const leftOver = new Set<WriteSwitch>();
  const takeBackAll = async (some: Iterable<WriteSwitch>, signal: AbortSignal): Promise<void> => {
    await eachDatabase([...some], async (database) => {
      if (!(await takeBack(database, signal, epochs.get(database)))) switched.add(database);
      leftOver.delete(database);
    });
  };

  const writer: Step = {
    id: "writer",
    title: `The ${from} is the writer`,
    timeout: 60 * SECOND,
    async run({ signal }) {
      await eachDatabase(databases, async (database) => {
        const gates = await readGates(database, signal);
        refuseUnlessWriter(database, gates);
        if (gates.to.open) switched.add(database);
        else if (!gates.from.open) leftOver.add(database);
        epochs.set(database, gates.from.epoch + (gates.from.open ? 1 : 0));
      });
      // At once, and begun anew: nobody is to be held while this run looks around.
      const mended = [...leftOver];
      await takeBackAll(mended, signal);
      for (const database of mended) epochs.set(database, (epochs.get(database) as number) + 1);
    },
    async undo({ signal }) {
      await takeBackAll(leftOver, signal);
      if (switched.size === 0) return;
      const names = [...switched].map(({ name }) => name).join(", ");
      throw new CannotUndo(
        `${names}: the ${to} is the writer there; the other databases are back on the ${from}`,
      );
    },
  };

  const preflight: Step = {
    id: "preflight",
    title: "Nothing stands in the way",
    timeout: 60 * SECOND,
    async run({ signal }) {
      const findings = await eachDatabase(waiting(), (database) => database.preflight(signal));
      const lines = [...findings].flatMap(([name, found]) => found.map((finding) => `  ${name}: ${finding}`));
      if (lines.length > 0)
        throw new Error(["the switch would fail or lose something:", ...lines].join("\n"));
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

  const reverse: Step = {
    id: "reverse",
    title: `Replication back to the ${from} carries rows`,
    timeout: 15 * SECOND,
    async run({ signal }) {
      await eachDatabase(waiting(), (database) => database.proveReverse(signal));
    },
  };

  const ready: Step = {
    id: "ready",
    title: "Connections stand",
    timeout: 30 * SECOND,
    async run({ signal }) {
      await eachDatabase(waiting(), (database) => database.warm(signal));
    },
  };

  const handover: Step = {
    id: "handover",
    title: `The ${to} is the writer`,
    timeout: 15 * SECOND,
    async check({ signal }) {
      const gates = await eachDatabase(databases, (database) => database.gate("to", signal));
      return [...gates.values()].every((gate) => gate.open);
    },
    async run(context) {
      const handed = await eachDatabase(waiting(), (database) =>
        database.handOver(epochs.get(database) as number, context.signal),
      );
      context.observe("waitedForTransactions", sum([...handed.values()].map((one) => one.waitedFor)));
      context.observe("sessionsSentAway", sum([...handed.values()].map((one) => one.sentAway)));
    },
    async undo({ signal }) {
      await takeBackAll(waiting(), signal);
      if (waiting().length === 0) throw new CannotUndo(`the ${to} is the writer already`);
    },
  };

  return {
    id,
    title,
    pointOfNoReturn: handover.id,
    steps: [writer, preflight, lag, reverse, ready, handover, ...(edge ? edgeSteps(edge, to) : [])],
    async release() {
      await Promise.all(databases.map((database) => database.close()));
    },
  };
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

function edgeSteps(edge: Pointer, to: Side): Step[] {
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
