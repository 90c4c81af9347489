import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError, type QueryResultRow } from "pg";
import type { Session } from "../postgres/session";
import { login, sessionsOf } from "../postgres/sessions";
import { SIDES, type Side } from "../side";
import type { DatabasePair } from "../world";
import { awaitArrival } from "./arrival";
import { SET_TEXT_SETTINGS } from "./text-settings";

/** Reads both sides of a database, by statements that change nothing. */
export interface Reader {
  /** Asks one side; where the connection is lost, or the statement was only in the way, again over a new one. */
  ask<R extends QueryResultRow>(side: Side, sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Asks both sides the same at once. */
  askBoth<R extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Record<Side, R[]>>;
  /**
   * What was committed on either side before the call has arrived on the other one when this returns.
   *
   * @throws Error when it does not arrive
   */
  awaitArrival(): Promise<void>;
  close(): Promise<void>;
}

/** Longest a statement may take, in milliseconds: its snapshot holds back vacuum. */
export const STATEMENT_TIMEOUT = 60_000;
/** Pauses before a lost connection is opened anew, in milliseconds. */
const RECONNECTS = [100, 1_000, 5_000];

/**
 * With row security off, a table that would hide rows is an error rather than an equal one. Compiling costs more than a
 * chunk has to gain by it.
 */
const SETTINGS = `
  SET default_transaction_read_only = on;
  SET statement_timeout = ${STATEMENT_TIMEOUT};
  SET row_security = off;
  SET jit = off;
  ${SET_TEXT_SETTINGS}`;

/** Nothing is opened before it is needed. */
export function openReader(pair: DatabasePair, signal: AbortSignal): Reader {
  const reading = new Map<Side, Promise<Session>>();
  const sending = sessionsOf(pair);
  let isClosed = false;

  const open = async (side: Side): Promise<Session> => {
    const session = await login(pair, side, signal);
    await session.query(signal, SETTINGS);
    return session;
  };
  const forget = async (side: Side): Promise<void> => {
    const session = reading.get(side);
    reading.delete(side);
    await Promise.allSettled([session?.then((opened) => opened.close())]);
  };
  const askOnce = async <R extends QueryResultRow>(
    side: Side,
    sql: string,
    values?: readonly unknown[],
  ): Promise<R[]> => {
    if (isClosed) throw new Error("the verification has ended");
    let session = reading.get(side);
    if (!session) reading.set(side, (session = open(side)));
    return (await session).query<R>(signal, sql, values);
  };
  const reader: Reader = {
    async ask<R extends QueryResultRow>(side: Side, sql: string, values?: readonly unknown[]) {
      for (const wait of RECONNECTS) {
        try {
          return await askOnce<R>(side, sql, values);
        } catch (error) {
          // Of two statements at once, one may fail and have everything closed under the other.
          if (isClosed || signal.aborted || !isPassing(error)) throw error;
          await forget(side);
          await pause(wait, undefined, { signal });
        }
      }
      return askOnce<R>(side, sql, values);
    },
    async askBoth<R extends QueryResultRow>(sql: string, values?: readonly unknown[]) {
      const [source, target] = await Promise.all([
        reader.ask<R>("source", sql, values),
        reader.ask<R>("target", sql, values),
      ]);
      return { source, target };
    },
    async awaitArrival() {
      const [source, target] = await Promise.all(SIDES.map((side) => sending.on(side, signal)));
      if (source && target) await awaitArrival({ source, target }, signal);
    },
    async close() {
      isClosed = true;
      await Promise.all([...SIDES.map(forget), sending.close()]);
    },
  };
  return reader;
}

/**
 * The connection is lost or the server restarts, rather than the statement being refused; or a replica had to put replaying
 * first (https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT).
 */
function isPassing(error: unknown): boolean {
  const origin = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return !(origin instanceof DatabaseError) || /^(08|57P|40001)/.test(origin.code ?? "");
}

/** The statement was ended by its own time limit. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === "57014";
