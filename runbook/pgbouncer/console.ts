import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig, type QueryResultRow } from "pg";

/** PgBouncer's console, which speaks PostgreSQL's simple protocol alone: no bound values, one command a query. */
export interface Console {
  /** Of no use any more. */
  readonly lost: boolean;
  /**
   * Sends commands in one flight, each of which is carried out before the next; an abort ends the connection.
   *
   * @returns the rows of each
   */
  ask(signal: AbortSignal, ...commands: readonly string[]): Promise<QueryResultRow[][]>;
  close(): Promise<void>;
}

/** The database name by which PgBouncer knows its console (PgBouncer's manual, "Admin console"). */
const CONSOLE = "pgbouncer";
/** Time to reach an instance, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;
/** Time for a goodbye, in milliseconds. */
const CLOSE_TIMEOUT = 1_000;

/** @throws Error naming host and port when the instance cannot be reached or refuses the login */
export async function openConsole(config: ClientConfig, signal: AbortSignal): Promise<Console> {
  signal.throwIfAborted();
  const client = new Client({
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    ...config,
    database: CONSOLE,
    // Between regions, waiting for one answer before the next command would cost a round trip each.
    pipeline: true,
  });
  let lost = false;
  // Without a listener the loss of an idle connection would end the process.
  client.on("error", () => (lost = true));
  client.on("end", () => (lost = true));
  const end = (): void => {
    lost = true;
    client.connection.stream.destroy();
  };
  const endingAt = async <T>(aborted: AbortSignal, work: () => Promise<T>): Promise<T> => {
    aborted.throwIfAborted();
    aborted.addEventListener("abort", end, { once: true });
    try {
      return await work();
    } finally {
      aborted.removeEventListener("abort", end);
    }
  };
  try {
    await endingAt(signal, () => client.connect());
  } catch (error) {
    end();
    throw new Error(`${config.host}:${config.port}: ${(error as Error).message}`, { cause: error });
  }
  return {
    get lost() {
      return lost;
    },
    async ask(aborted, ...commands) {
      const answers = await endingAt(aborted, () =>
        Promise.allSettled(commands.map((command) => client.query<QueryResultRow>(command))),
      );
      return answers.map((answer) => {
        if (answer.status === "rejected") throw answer.reason;
        return answer.value.rows;
      });
    },
    // A network that swallows everything must not keep the runbook from ending.
    close: () => Promise.race([client.end(), pause(CLOSE_TIMEOUT, undefined, { ref: false })]),
  };
}
