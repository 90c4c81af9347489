import type { Side } from "../side";
import type { DatabasePair } from "../world";
import type { Session } from "../postgres/session";
import { sessionsOf } from "../postgres/sessions";
import type { Direction } from "../postgres/subscription";
import { readTables, type Table } from "../postgres/catalog";

/** One database as the plans that build and remove replication work on it. */
export interface PairSides {
  readonly name: string;
  readonly pair: DatabasePair;
  readonly on: (side: Side, signal: AbortSignal) => Promise<Session>;
  readonly tables: (side: Side, signal: AbortSignal) => Promise<Table[]>;
  /** Both ends of the replication that brings rows to a side. */
  readonly direction: (to: Side, signal: AbortSignal) => Promise<Direction>;
  readonly close: () => Promise<void>;
}

/** Sessions are opened when first used. */
export function pairSides(pair: DatabasePair): PairSides {
  const sessions = sessionsOf(pair);
  const on = (side: Side, signal: AbortSignal): Promise<Session> => sessions.on(side, signal);
  return {
    name: pair.name,
    pair,
    on,
    tables: async (side, signal) => readTables(await on(side, signal), pair.applicationRoles, signal),
    async direction(to, signal) {
      const [source, target] = await Promise.all([on("source", signal), on("target", signal)]);
      return {
        to,
        databaseName: pair.databaseName,
        subscriber: to === "target" ? target : source,
        publisher: to === "target" ? source : target,
      };
    },
    close: () => sessions.close(),
  };
}
