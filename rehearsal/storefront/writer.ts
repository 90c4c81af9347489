import { DatabaseError, Pool, type PoolClient, type PoolConfig } from "pg";
import type { Host } from "./database-url";

/** Milliseconds between two rounds of attempts to find the writer. */
const ROUND = 100;
/** Attempts under way at one host: where each takes long, more of them would only make it longer. */
const MOST_ATTEMPTS = 6;
/** After this many milliseconds without a writer the rounds come less often: it is no switch, it is an outage. */
const PATIENCE = 10_000;
const ROUND_IN_OUTAGE = 1_000;

/** There is no writer now, or it went away in the middle: the same write, with the same key, may be tried again. */
export class WriterUnavailable extends Error {
  override readonly name = "WriterUnavailable";
}

export interface Writer {
  /** The host that takes writes. @default - it is being looked for */
  readonly host: string | undefined;
  /**
   * Does something on the writer.
   *
   * @throws WriterUnavailable when nothing was done, or it is not known whether it was
   */
  use<T>(work: (pool: Pool) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Sessions on one host, all of which may write. */
interface Candidate {
  readonly host: string;
  readonly pool: Pool;
}

/** Finding out which host takes writes. */
interface Search {
  timer?: NodeJS.Timeout;
  /** What was logged already: the same failure every 100 ms is one line. */
  readonly seen: Set<string>;
}

/** Whether an error says that this host is not, or no longer, the writer. */
function isGone(error: Error & { readonly code?: unknown }): boolean {
  // Read-only; ended by an operator, a crash or a shutdown; connection failures (PostgreSQL, "Error Codes").
  if (error instanceof DatabaseError) return /^(25006|57P0[123]|08...)$/.test(error.code ?? "");
  // The connection broke, or never came about: the system's errors have a code, the driver's are plain. Anything else,
  // such as a TypeError, is a fault of this program and says nothing about the host.
  return error instanceof WriterUnavailable || error.code !== undefined || error.constructor === Error;
}

/** Out of connections or memory: later, here. */
const isBusy = (error: unknown) => error instanceof DatabaseError && error.code?.startsWith("53") === true;

/** Refuses sessions that may not write, as `target_session_attrs=read-write` does. */
function refuseReadOnly(client: PoolClient, done: (error?: Error) => void): void {
  client.query<{ transaction_read_only: string }>("SHOW transaction_read_only").then(
    ({ rows }) =>
      done(rows[0]?.transaction_read_only === "off" ? undefined : new WriterUnavailable("it is read-only")),
    (error: Error) => done(error),
  );
}

/**
 * Finds the one host of the list that takes writes, and again whenever it stops to.
 *
 * A session learns at its start whether its role may write, so one that came a moment too early is of no use. Therefore
 * a new one is tried every 100 ms on every host, without waiting for those before it; the first that may write wins. A
 * host that is slow to answer is asked less often.
 */
export function openWriter(hosts: readonly Host[], config: PoolConfig, log: (line: string) => void): Writer {
  let current: Candidate | undefined;
  let search: Search | undefined;
  let closed = false;
  const underway = new Map<Host, number>();
  const count = (host: Host, more: 1 | -1) => underway.set(host, (underway.get(host) ?? 0) + more);

  function seek(): void {
    if (search || closed) return;
    const own: Search = { seen: new Set() };
    search = own;
    const since = Date.now();
    const round = () => {
      for (const host of hosts) {
        if ((underway.get(host) ?? 0) >= MOST_ATTEMPTS) continue;
        count(host, 1);
        void attempt(host, own).finally(() => count(host, -1));
      }
      own.timer = setTimeout(round, Date.now() - since < PATIENCE ? ROUND : ROUND_IN_OUTAGE);
    };
    round();
  }

  async function attempt({ host, port }: Host, own: Search): Promise<void> {
    const pool = new Pool({ ...config, host, port, verify: refuseReadOnly });
    const candidate = { host, pool };
    pool.on("connect", (client) => {
      // A pool listens to idle sessions only; those in use learn of it from their query.
      client.on("error", () => undefined);
    });
    // An idle session ended: most likely they all did.
    pool.on("error", (error) => lose(candidate, error));
    try {
      (await pool.connect()).release();
    } catch (error) {
      await pool.end();
      const line = `${host}: ${(error as Error).message}`;
      if (search === own && !own.seen.has(line)) log(line);
      own.seen.add(line);
      return;
    }
    if (search === own && !closed) win(candidate);
    else await pool.end();
  }

  function win(winner: Candidate): void {
    clearTimeout(search?.timer);
    // Attempts still under way find that another has won, and end.
    search = undefined;
    current = winner;
    log(`writes go to ${winner.host}`);
  }

  function lose(loser: Candidate, why: Error): void {
    if (current !== loser) return;
    current = undefined;
    log(`${loser.host} takes no writes any more: ${why.message}`);
    seek();
    void loser.pool.end();
  }

  seek();
  return {
    get host() {
      return current?.host;
    },
    async use(work) {
      const writer = current;
      if (!writer) throw new WriterUnavailable("looking for the writer");
      try {
        return await work(writer.pool);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (isGone(error)) lose(writer, error);
        else if (!isBusy(error)) throw error;
        throw new WriterUnavailable(error.message, { cause: error });
      }
    },
    async close() {
      closed = true;
      clearTimeout(search?.timer);
      await current?.pool.end();
    },
  };
}
