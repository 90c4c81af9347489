import { newToken } from "./token";
import { otherSide, type Side } from "../side";
import type { DatabasePair } from "../world";
import type { Fenced, WriteSwitch } from "../write-switch";
import { readGate } from "./gate";
import { sendMarker } from "./marker";
import { switchFindings } from "./switch-preflight";
import { sessionsOf, type Purpose } from "./sessions";

/** How long the parts of a hold may take, in milliseconds. Beyond it the switch is undone and writes go on. */
export interface HoldLimits {
  /** Transactions that are older than the fence. @default 2000 */
  readonly olderTransactions: number;
  /** What replication still carries, and the proof that the reverse works. @default 10000 */
  readonly drain: number;
}

/** Long enough for an ordinary transaction, short enough that held writers mostly do not give up. */
export const HOLD_LIMITS: HoldLimits = { olderTransactions: 2_000, drain: 10_000 };

interface Ahead<T> {
  readonly epoch: number;
  readonly answer: Promise<T>;
}

/**
 * The switch of a PostgreSQL pair under the `logical` strategy.
 *
 * The sides are far apart, so calls that wait on a server are sent together with the fence: the drain already waits on
 * `to` when the marker is written, and the proof of the reverse replication is under way meanwhile. The later steps
 * then only take the answers. In a process that did not send them ahead, they send them.
 */
export function postgresSwitch(pair: DatabasePair, to: Side, limits: HoldLimits = HOLD_LIMITS): WriteSwitch {
  const from = otherSide(to);
  const sessions = sessionsOf(pair);
  const roles = [...pair.applicationRoles];
  let drainAhead: Ahead<number> | undefined;
  let reverseAhead: Ahead<void> | undefined;

  const call = async <R extends object>(
    side: Side,
    signal: AbortSignal,
    sql: string,
    values: readonly unknown[],
    purpose?: Purpose,
  ): Promise<R> => {
    const session = await sessions.on(side, signal, purpose);
    const [row] = await session.query<R & Record<string, unknown>>(signal, sql, values);
    return row as R;
  };

  const drain = async (epoch: number, signal: AbortSignal): Promise<number> => {
    const { drained } = await call<{ drained: number | null }>(
      to,
      signal,
      "SELECT relocate.drain($1, $2::interval) AS drained",
      [epoch, milliseconds(limits.drain + limits.olderTransactions)],
      "drain",
    );
    if (drained !== null) return drained;
    throw new Error(
      `the ${to} has not received everything within ${limits.drain} ms of the fence: look at the lag`,
    );
  };

  const proveReverse = async (signal: AbortSignal): Promise<void> => {
    const [sender, receiver] = await Promise.all([
      sessions.on(to, signal, "marker"),
      sessions.on(from, signal, "reverse"),
    ]);
    const seen = await sendMarker(
      { sender, receiver, token: newToken("reverse"), patience: limits.drain },
      signal,
    );
    if (seen === undefined) {
      throw new Error(
        `replication from the ${to} back to the ${from} has not carried a row within ${limits.drain} ms: ` +
          "without it there would be no lossless way back",
      );
    }
  };

  /** A call under way whose end is heard when its step comes, or never, when the plan fails before. */
  const ahead = <T>(epoch: number, answer: Promise<T>): Ahead<T> => {
    void Promise.allSettled([answer]);
    return { epoch, answer };
  };

  return {
    name: pair.name,
    from,
    to,
    async preflight(signal) {
      const [onFrom, onTo] = await Promise.all([sessions.on(from, signal), sessions.on(to, signal)]);
      return switchFindings({ pair, from, to, onFrom, onTo, patience: limits.olderTransactions }, signal);
    },
    async lag(signal) {
      const [sender, receiver] = await Promise.all([sessions.on(from, signal), sessions.on(to, signal)]);
      const seen = await sendMarker(
        { sender, receiver, token: newToken("lag"), patience: limits.drain },
        signal,
      );
      return seen ?? limits.drain;
    },
    async warm(signal) {
      const wanted: [Side, Purpose][] = [
        [from, "work"],
        [from, "reverse"],
        [to, "work"],
        [to, "drain"],
        [to, "marker"],
      ];
      await Promise.all(
        wanted.map(async ([side, purpose]) =>
          (await sessions.on(side, signal, purpose)).query(signal, "SELECT 1"),
        ),
      );
    },
    async gate(part, signal) {
      return readGate(await sessions.on(part === "from" ? from : to, signal), signal);
    },
    async fence(epoch, signal) {
      // Their own lifetime, not that of the fence's step; `close` ends them.
      const lasting = new AbortController().signal;
      drainAhead = ahead(epoch, drain(epoch, lasting));
      reverseAhead = ahead(epoch, proveReverse(lasting));
      const { waited_for, sent_away } = await call<{ waited_for: number; sent_away: number }>(
        from,
        signal,
        "CALL relocate.fence($1, $2, $3::interval)",
        [epoch, roles, milliseconds(limits.olderTransactions)],
      );
      return { waitedFor: waited_for, sentAway: sent_away } satisfies Fenced;
    },
    drain(epoch, signal) {
      return drainAhead?.epoch === epoch ? orAborted(drainAhead.answer, signal) : drain(epoch, signal);
    },
    proveReverse(epoch, signal) {
      return reverseAhead?.epoch === epoch ? orAborted(reverseAhead.answer, signal) : proveReverse(signal);
    },
    async open(epoch, signal) {
      await call(to, signal, "SELECT relocate.open_gate($1, $2)", [epoch, roles]);
    },
    async reopen(epoch, signal) {
      await call(from, signal, "SELECT relocate.reopen_gate($1, $2)", [epoch, roles]);
    },
    async forfeit(epoch, signal) {
      return (await call<{ forfeit: boolean }>(to, signal, "SELECT relocate.forfeit($1)", [epoch])).forfeit;
    },
    async abandon() {
      drainAhead = undefined;
      reverseAhead = undefined;
      await sessions.close(["drain", "reverse", "marker"]);
    },
    close: () => sessions.close(),
  };
}

const milliseconds = (value: number): string => `${value} milliseconds`;

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
