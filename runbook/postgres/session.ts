import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig, type QueryResultRow } from "pg";

/** By this name the runbook knows its own sessions in `pg_stat_activity`. */
export const APPLICATION_NAME = "relocate";

/** One connection of the runbook to one database. */
export interface Session {
  /** Ended by the server, by the network or by an abort: of no use any more. */
  readonly lost: boolean;
  /** Runs one statement; an abort ends the connection, since only that is certain to free the caller. */
  query<R extends QueryResultRow = QueryResultRow>(
    signal: AbortSignal,
    sql: string,
    values?: readonly unknown[],
  ): Promise<R[]>;
  close(): Promise<void>;
}

/** Time to reach a server before it counts as unreachable, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;
/** Time for a goodbye, in milliseconds. */
const CLOSE_TIMEOUT = 1_000;

/**
 * Settings of every session. A fence must not be undone by a setting of the role: writes are on, and durable when
 * they return; what waits for a row sees those that come, and has no limit but the runbook's own. The server looks for a dead runbook every second, so that a call of its does not go on for it
 * (https://www.postgresql.org/docs/current/runtime-config-connection.html).
 */
const SETTINGS = `
  SET default_transaction_read_only = off;
  SET default_transaction_isolation = 'read committed';
  SET synchronous_commit = on;
  SET statement_timeout = 0;
  SET lock_timeout = 0;
  SET search_path = pg_catalog;
  SELECT set_config(name, CASE name WHEN 'client_connection_check_interval' THEN '1s' ELSE '0' END, false)
    FROM pg_settings
   WHERE name IN ('client_connection_check_interval', 'transaction_timeout', 'idle_session_timeout',
                  'idle_in_transaction_session_timeout')`;

/** @throws Error naming host and port when the server cannot be reached or refuses the login */
export async function connect(config: ClientConfig, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const client = new Client({
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    ...config,
    // The fence knows the runbook's own sessions by it: under another name it would wait for them.
    application_name: APPLICATION_NAME,
  });
  let lost = false;
  // Without a listener the loss of an idle connection would end the process.
  client.on("error", () => (lost = true));
  client.on("end", () => (lost = true));
  try {
    await client.connect();
    await client.query(SETTINGS);
  } catch (error) {
    await client.end();
    throw new Error(`${config.host}:${config.port}: ${(error as Error).message}`, { cause: error });
  }
  let before: Promise<unknown> = Promise.resolve();
  return {
    get lost() {
      return lost;
    },
    query<R extends QueryResultRow>(aborted: AbortSignal, sql: string, values?: readonly unknown[]) {
      const run = async (): Promise<R[]> => {
        aborted.throwIfAborted();
        // One for each session at work: of many databases at once that is no leak.
        setMaxListeners(0, aborted);
        const end = (): void => {
          lost = true;
          void client.end();
        };
        aborted.addEventListener("abort", end, { once: true });
        try {
          return (await client.query<R>(sql, values as unknown[] | undefined)).rows;
        } finally {
          aborted.removeEventListener("abort", end);
        }
      };
      // One after the other: a connection has one statement under way.
      const result = before.then(run, run);
      before = result;
      return result;
    },
    // A network that swallows everything must not keep the runbook from ending.
    close: () => Promise.race([client.end(), pause(CLOSE_TIMEOUT, undefined, { ref: false })]),
  };
}
