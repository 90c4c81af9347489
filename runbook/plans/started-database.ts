import { CannotUndo } from "../attempt";
import { eachDatabase, told } from "../each-database";
import { SIDES, type Side } from "../side";
import type { StepContext } from "../step";
import type { DatabasePair } from "../world";
import { growthOf } from "../postgres/seed";
import { readStanding, type Standing } from "../postgres/standing";
import { pairSides, type PairSides } from "./pair-sides";

/** One database as the steps of a start share it. */
export interface StartedDatabase extends PairSides {
  /** As this run has found it: asked once, before anything was changed. */
  readonly standing: (signal: AbortSignal) => Promise<Standing>;
  /** Sides that have a catalog of their own: to a replica everything comes from the source by itself. */
  readonly sides: (signal: AbortSignal) => Promise<readonly Side[]>;
}

export function startedDatabase(pair: DatabasePair): StartedDatabase {
  const database = pairSides(pair);
  const { on } = database;
  let found: Promise<Standing> | undefined;
  const ask = async (signal: AbortSignal): Promise<Standing> => {
    const [source, target] = await Promise.all([on("source", signal), on("target", signal)]);
    return readStanding({ source, target }, signal);
  };
  return {
    ...database,
    standing: (signal) => (found ??= forgetFailure(ask(signal))),
    async sides(signal) {
      if (pair.strategy === "logical") return SIDES;
      return (await growthOf(database, signal)) === "joined" ? SIDES : ["source"];
    },
  };

  /** Asked again by whoever needs it next. */
  function forgetFailure(asked: Promise<Standing>): Promise<Standing> {
    asked.catch(() => (found = undefined));
    return asked;
  }
}

/** The databases of a start, with what its steps do to all of them at once. */
export interface StartedDatabases {
  readonly all: readonly StartedDatabase[];
  readonly each: (work: (database: StartedDatabase) => Promise<unknown>) => Promise<void>;
  /** On each side with a catalog of its own. */
  readonly eachSide: (
    work: (database: StartedDatabase, side: Side) => Promise<unknown>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Whether all say so, on each side with a catalog of its own. */
  readonly every: (
    ask: (database: StartedDatabase, side: Side) => Promise<boolean>,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** What each would do, with its name before it. */
  readonly tell: (lines: (database: StartedDatabase) => Promise<readonly string[]>) => Promise<string[]>;
  /** An `undo` that touches only what this run has made: what stood before it is in service. */
  readonly takeBack: (
    work: (database: StartedDatabase, signal: AbortSignal) => Promise<unknown>,
  ) => (context: StepContext) => Promise<void>;
}

export function startedDatabases(pairs: readonly DatabasePair[]): StartedDatabases {
  const all = pairs.map(startedDatabase);
  const sidesOf = async <T>(
    database: StartedDatabase,
    signal: AbortSignal,
    work: (side: Side) => Promise<T>,
  ): Promise<T[]> => Promise.all((await database.sides(signal)).map(work));
  /** A replica that was promoted is none any more, whatever is undone: the next run goes on with it. */
  const isToStay = async (database: StartedDatabase, signal: AbortSignal): Promise<boolean> =>
    (await database.standing(signal)).isInService ||
    (database.pair.strategy !== "logical" && (await growthOf(database, signal)) !== "replica");

  return {
    all,
    each: async (work) => void (await eachDatabase(all, work)),
    async eachSide(work, signal) {
      await eachDatabase(all, (database) => sidesOf(database, signal, (side) => work(database, side)));
    },
    async every(ask, signal) {
      const answers = await eachDatabase(all, (database) =>
        sidesOf(database, signal, (side) => ask(database, side)),
      );
      return [...answers.values()].flat().every(Boolean);
    },
    tell: (lines) => told(all, lines),
    takeBack:
      (work) =>
      async ({ signal }) => {
        const staying = await eachDatabase(all, (database) => isToStay(database, signal));
        const made = all.filter(({ name }) => !staying.get(name));
        await eachDatabase(made, (database) => work(database, signal));
        if (made.length === all.length) return;
        const names = all.filter((database) => !made.includes(database)).map(({ name }) => name);
        throw new CannotUndo(
          `${names.join(", ")}: replication stood before this run, or a replica is promoted: it stays as it is`,
        );
      },
  };
}
