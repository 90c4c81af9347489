import { eachDatabase } from "../each-database";
import type { Side } from "../side";
import type { Poolers, WriterEndpoint } from "../world";
import type { WriteSwitch } from "../write-switch";
import { takeBack } from "./take-back";

/** One database in a switch, with the way its applications find the writer. */
export interface SwitchedDatabase extends WriteSwitch {
  readonly endpoint: WriterEndpoint;
}

/** What one run of a switch has learned about its databases, shared by its steps. */
export interface SwitchState {
  readonly databases: readonly SwitchedDatabase[];
  /** Databases whose `to` is not the writer yet. To the others nothing is done any more. */
  waiting(): SwitchedDatabase[];
  /** Names of the others. */
  switched(): string[];
  isSwitched(database: SwitchedDatabase): void;
  /** Number of a database's switch: one that its gates have not seen. */
  number(database: SwitchedDatabase): number | undefined;
  setNumber(database: SwitchedDatabase, epoch: number): void;
  /**
   * Makes sure that the switch of some databases cannot go on, each by itself: where `from` is the writer it stays so, and
   * where `to` has become it, that stays. Statements that are held go on, to whichever it is.
   */
  settle(some: Iterable<SwitchedDatabase>, signal: AbortSignal): Promise<void>;
}

export function switchState(databases: readonly SwitchedDatabase[]): SwitchState {
  const epochs = new Map<SwitchedDatabase, number>();
  const switched = new Set<SwitchedDatabase>();
  return {
    databases,
    waiting: () => databases.filter((database) => !switched.has(database)),
    switched: () => [...switched].map(({ name }) => name),
    isSwitched: (database) => void switched.add(database),
    number: (database) => epochs.get(database),
    setNumber: (database, epoch) => void epochs.set(database, epoch),
    async settle(some, signal) {
      await eachDatabase([...some], async (database) => {
        const { from, to } = database;
        const stays = await takeBack(database, signal, epochs.get(database));
        if (!stays) switched.add(database);
        await poolersOf(database)?.release(stays ? from : to, signal);
      });
    },
  };
}

export const poolersOf = ({ endpoint }: SwitchedDatabase): Poolers | undefined =>
  endpoint.kind === "pooler" ? endpoint.poolers : undefined;

/**
 * Has every instance lead to the side that is the writer, and hold nothing: one that a runbook that died has left paused,
 * or one that was not reached.
 */
export async function leadTo(poolers: Poolers, side: Side, signal: AbortSignal): Promise<void> {
  const sightings = await poolers.probe(signal);
  if (sightings.every((sighting) => sighting.side === side && !sighting.paused)) return;
  // What is in effect already needs nothing staged, and whoever is held is let go at once.
  if (sightings.some((sighting) => sighting.side !== side)) await poolers.stage(side, signal);
  await poolers.release(side, signal);
}

/** What `leadTo` would do, for a dry run. */
export async function leadingActions(poolers: Poolers, side: Side, signal: AbortSignal): Promise<string[]> {
  const sightings = await poolers.probe(signal);
  const others = sightings.filter((sighting) => sighting.side !== side || sighting.paused);
  return others.map(({ vantagePoint }) => `pooler ${vantagePoint}: RELOAD with the ${side} staged, RESUME`);
}
