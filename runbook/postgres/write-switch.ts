import { otherSide, type Side } from "../side";
import type { DatabasePair } from "../world";
import type { HandedOver, WriteSwitch } from "../write-switch";
import { awaitArrival } from "./arrival";
import { readGate } from "./gate";
import { markerAction, sendMarker } from "./marker";
import { readPosition, recordPosition } from "./position";
import { blocking, describeFinding } from "./preflight/finding";
import { switchFindings } from "./switch-preflight";
import { sessionsOf, type Purpose } from "./sessions";
import { newToken } from "./token";

/** How long the parts of a hold may take, in milliseconds. Beyond it the switch is undone and writes go on. */
export interface HoldLimits {
  /** Transactions that are older than the fence. @default 2000 */
  readonly olderTransactions: number;
  /** What replication still carries, with the right to write behind it. @default 10000 */
  readonly drain: number;
}

/** Long enough for an ordinary transaction, short enough that held writers mostly do not give up. */
export const HOLD_LIMITS: HoldLimits = { olderTransactions: 2_000, drain: 10_000 };

/** The switch of a PostgreSQL pair under the `logical` strategy. */
export function postgresSwitch(pair: DatabasePair, to: Side, limits: HoldLimits = HOLD_LIMITS): WriteSwitch {
  const from = otherSide(to);
  const sessions = sessionsOf(pair);
  const roles = [...pair.applicationRoles];

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

  const flight = async (way: { from: Side; to: Side }, purpose: string, signal: AbortSignal) => {
    const [sender, receiver] = await Promise.all([
      sessions.on(way.from, signal),
      sessions.on(way.to, signal),
    ]);
    return sendMarker({ sender, receiver, token: newToken(purpose), patience: limits.drain }, signal);
  };

  const give = async (epoch: number, signal: AbortSignal): Promise<HandedOver> => {
    const { waited_for, sent_away } = await call<{ waited_for: number; sent_away: number }>(
      from,
      signal,
      "CALL relocate.hand_over($1, $2, $3::interval, p_strict => $4)",
      [epoch, roles, milliseconds(limits.olderTransactions), pair.strictFence ?? false],
      "handover",
    );
    return { waitedFor: waited_for, sentAway: sent_away };
  };

  const arrive = async (epoch: number, signal: AbortSignal): Promise<void> => {
    const receiver = await sessions.on(to, signal, "handover");
    const { olderTransactions: fence, drain } = limits;
    await awaitArrival(receiver, { to, epoch, fence, drain }, signal);
  };

  const endStale = async (part: "from" | "to", signal: AbortSignal): Promise<void> => {
    await call(part === "from" ? from : to, signal, "SELECT relocate.end_stale_sessions($1)", [roles]);
  };

  return {
    name: pair.name,
    from,
    to,
    async preflight(signal) {
      const [onFrom, onTo] = await Promise.all([sessions.on(from, signal), sessions.on(to, signal)]);
      const ends = { pair, from, to, onFrom, onTo, patience: limits.olderTransactions };
      const findings = blocking(await switchFindings(ends, signal)).map(describeFinding);
      return pair.strictFence && pair.endpoint.kind === "host-list"
        ? [...findings, STRICT_AND_LISTED]
        : findings;
    },
    async lag(signal) {
      return (await flight({ from, to }, "lag", signal)) ?? limits.drain;
    },
    lagActions: () => [markerAction(from, to)],
    async proveReverse(signal) {
      if ((await flight({ from: to, to: from }, "reverse", signal)) !== undefined) return;
      throw new Error(
        `replication from the ${to} back to the ${from} has not carried a row within ${limits.drain} ms: ` +
          "without it there would be no lossless way back",
      );
    },
    proveReverseActions: () => Promise.resolve([markerAction(to, from)]),
    async warm(signal) {
      await Promise.all(
        [from, to].map(async (side) =>
          (await sessions.on(side, signal, "handover")).query(signal, "SELECT 1"),
        ),
      );
    },
    async gate(part, signal) {
      return readGate(await sessions.on(part === "from" ? from : to, signal), signal);
    },
    handOverActions: (epoch) => [
      `${from}: CALL relocate.hand_over(${epoch}, '{${roles.join(",")}}', '${milliseconds(limits.olderTransactions)}'${pair.strictFence ? ", p_strict => true" : ""})`,
    ],
    async handOver(epoch, signal) {
      const failed = new AbortController();
      const eitherWay = AbortSignal.any([signal, failed.signal]);
      // Both at once: the wait is on its server before what it waits for.
      const arrival = arrive(epoch, eitherWay);
      try {
        const [given] = await Promise.all([give(epoch, eitherWay), arrival]);
        return given;
      } finally {
        failed.abort();
        await Promise.allSettled([arrival]);
      }
    },
    async takeBack(epoch, refused, signal) {
      const sql = "SELECT relocate.take_back($1, $2, $3) AS holds";
      const { holds } = await call<{ holds: boolean }>(from, signal, sql, [epoch, roles, refused]);
      if (holds) await endStale("from", signal);
      return holds;
    },
    async refuse(epoch, signal) {
      const sql = "SELECT relocate.refuse($1) AS refused";
      return (await call<{ refused: boolean }>(to, signal, sql, [epoch])).refused;
    },
    endStale,
    position: {
      async noted(signal) {
        const writer = await sessions.on(to, signal);
        return readPosition(writer, (await readGate(writer, signal)).opened, signal);
      },
      async note(signal) {
        const writer = await sessions.on(to, signal);
        const { opened: epoch } = await readGate(writer, signal);
        return recordPosition(writer, { epoch, from, databaseName: pair.databaseName }, signal);
      },
    },
    close: () => sessions.close(),
  };
}

const STRICT_AND_LISTED =
  "a strict fence refuses logins, and clients with a list of hosts do not go on to the next host then: " +
  "have applications use a pooler or a name, or leave the fence as it is";

const milliseconds = (value: number): string => `${value} milliseconds`;
