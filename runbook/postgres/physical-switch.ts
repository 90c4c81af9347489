import { otherSide, type Side } from "../side";
import type { DatabasePair } from "../world";
import type { Gate, HandedOver, WriteSwitch } from "../write-switch";
import { awaitArrival } from "./arrival";
import { sendMarker } from "./marker";
import { clearSeed, growthOf, join, promoteTarget, sow } from "./seed";
import { sessionsOf } from "./sessions";
import { subscribe } from "./subscription";
import { newToken } from "./token";
import { turningSwitch } from "./turning-switch";
import { standBothWays } from "./ways";
import type { HoldLimits } from "./write-switch";

/** How long writers are held at most while a replica becomes a primary, in milliseconds: on RDS it is minutes. */
export const PROMOTION = 15 * 60_000;

/** What the target has of a gate as long as it only shows the source's. */
const COPIED: Gate = { side: "target", open: false, holds: false, epoch: -1, opened: -1 };

/**
 * The switch of a pair whose target begins as a physical replica. Under the fence the replica is promoted and joined both
 * ways, and the right to write then travels as it does in the logical switch, which it is from then on.
 *
 * Undone before that, the source opens again, always. A target that is promoted by then is no replica any more, but a
 * slot keeps what the source writes: `start` joins it.
 *
 * @param promotion longest time for it, in milliseconds
 */
export function physicalSwitch(
  pair: DatabasePair,
  to: Side,
  limits: HoldLimits,
  promotion: number = PROMOTION,
): WriteSwitch {
  const logical = turningSwitch(pair, to, limits);
  const sessions = sessionsOf(pair);
  const on = (side: Side, signal: AbortSignal) => sessions.on(side, signal);
  const seeding = { pair, on };

  /** As the last look at its gate has shown it. */
  let isJoined = false;

  const fence = async (epoch: number, signal: AbortSignal): Promise<HandedOver> => {
    const session = await sessions.on("source", signal, "handover");
    const [row] = await session.query<{ waited_for: number; sent_away: number }>(
      signal,
      "CALL relocate.fence($1, $2, $3::interval, $4::interval)",
      [epoch, pair.applicationRoles, milliseconds(limits.olderTransactions), milliseconds(promotion)],
    );
    return { waitedFor: row?.waited_for ?? 0, sentAway: row?.sent_away ?? 0 };
  };

  /** Seen as soon as it is there: the call of the fence goes on. */
  const fenceStands = async (epoch: number, signal: AbortSignal): Promise<void> => {
    const source = await on("source", signal);
    const patience = milliseconds(limits.olderTransactions + limits.drain);
    const sql = "SELECT relocate.await_marker($1, $2::interval) AS stands";
    const [row] = await source.query<{ stands: boolean }>(signal, sql, [`fence-${epoch}`, patience]);
    if (!row?.stands) throw new Error("the fence on the source did not come to stand");
  };

  /** The target has what the source writes, and what it will write itself goes back, or is kept until it does. */
  const joinBothWays = async (signal: AbortSignal): Promise<void> => {
    await join(seeding, signal);
    const [source, target] = await Promise.all([on("source", signal), on("target", signal)]);
    if (await standBothWays({ source, target }, signal)) {
      const direction = { databaseName: pair.databaseName, to: "source" as const };
      await subscribe({ ...direction, subscriber: source, publisher: target }, pair, false, signal);
    }
    const flight = { sender: source, receiver: target, token: newToken("joined"), patience: limits.drain };
    if ((await sendMarker(flight, signal)) === undefined)
      throw new Error(`no row has come to the target within ${limits.drain} ms`);
    await logical.proveReverse(signal);
  };

  const promote = async (epoch: number, signal: AbortSignal): Promise<void> => {
    await fenceStands(epoch, signal);
    await sow(seeding, signal);
    await promoteTarget(seeding, signal);
    try {
      await joinBothWays(signal);
      const source = await on("source", signal);
      await source.query(signal, "SELECT relocate.give($1, $2)", [epoch, pair.applicationRoles]);
    } catch (error) {
      throw new Error(`${(error as Error).message}. ${AFTERWARDS}`, { cause: error });
    }
  };

  return {
    ...logical,
    promotion,
    async preflight(signal) {
      const findings = await logical.preflight(signal);
      const isLogical = !pair.strictFence || (await growthOf(seeding, signal)) !== "replica";
      return isLogical ? findings : [...findings, STRICT_AND_PROMOTED];
    },
    async proveReverse(signal) {
      // Of a replica there is none yet: it is proven inside the hold.
      if ((await growthOf(seeding, signal)) === "joined") await logical.proveReverse(signal);
    },
    async proveReverseActions(signal) {
      return (await growthOf(seeding, signal)) === "joined" ? logical.proveReverseActions(signal) : [];
    },
    async warm(signal) {
      await Promise.all([logical.warm(signal), on("source", signal), on("target", signal)]);
    },
    async gate(part, signal) {
      const gate = await logical.gate(part, signal);
      const side = part === "to" ? to : otherSide(to);
      if (side === "target") isJoined = gate.side === side;
      return gate.side === side ? gate : COPIED;
    },
    handOverActions: (epoch) =>
      isJoined
        ? logical.handOverActions(epoch)
        : [
            `source: CALL relocate.fence(${epoch}, ...): close the gate, for at most ${promotion / 60_000} minutes`,
            "source: SELECT pg_create_logical_replication_slot('relocate_to_seed_...', 'pgoutput')",
            "target: promote the replica; it is none any more",
            "both sides: CREATE SUBSCRIPTION, and see each carry a row",
            `source: SELECT relocate.give(${epoch}, ...)`,
          ],
    async handOver(epoch, signal) {
      if ((await growthOf(seeding, signal)) !== "replica") return logical.handOver(epoch, signal);
      const failed = new AbortController();
      const eitherWay = AbortSignal.any([signal, failed.signal]);
      const under = fence(epoch, eitherWay);
      const promoted = promote(epoch, eitherWay);
      try {
        const [given] = await Promise.all([under, promoted]);
        const arriving = { to, epoch, fence: 0, drain: limits.drain };
        await awaitArrival(await on("target", signal), arriving, signal);
        return given;
      } finally {
        failed.abort();
        await Promise.allSettled([under, promoted]);
      }
    },
    async takeBack(epoch, refused, signal) {
      const stays = await logical.takeBack(epoch, refused, signal);
      if (!stays) return false;
      // One that does not answer may have been promoted: then it needs its slot to join.
      const [growth] = await Promise.allSettled([growthOf(seeding, signal)]);
      if (growth.status === "fulfilled" && growth.value === "replica") await clearSeed(seeding, signal);
      return true;
    },
    async close() {
      await Promise.all([logical.close(), sessions.close()]);
    },
  };
}

const STRICT_AND_PROMOTED =
  "a strict fence is not kept while a replica is promoted: have the application own none of its tables, " +
  "or move the database by the strategy logical or seeded";

const AFTERWARDS =
  "The target is no replica any more, and the source keeps what it is missing: run `relocate start`, which joins it, " +
  "and then `relocate cutover` again";

const milliseconds = (value: number): string => `${value} milliseconds`;
