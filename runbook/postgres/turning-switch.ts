import { otherSide, SIDES, type Side } from "../side";
import type { DatabasePair } from "../world";
import type { WriteSwitch } from "../write-switch";
import { markerAction } from "./marker";
import { sessionsOf } from "./sessions";
import { seedSlotName, subscriptionName } from "./subscription";
import { forgetWayBack, openWayBack, prepareWayBack, type Turning } from "./way-back";
import { standBothWays } from "./ways";
import { postgresSwitch, type HoldLimits } from "./write-switch";

/**
 * The logical switch for whatever versions the two servers are of. From PostgreSQL 16 on both directions stand all the
 * time. With an older server only the one to the closed side does: the new writer then keeps its log from before its
 * first write, and the way back is opened behind the handover. Killed in between, nothing goes round and nothing is
 * missing; the same command opens it.
 */
export function turningSwitch(pair: DatabasePair, to: Side, limits: HoldLimits): WriteSwitch {
  const standing = postgresSwitch(pair, to, limits);
  const sessions = sessionsOf(pair);
  const turning = async (signal: AbortSignal): Promise<Turning> => {
    const [source, target] = await Promise.all(SIDES.map((side) => sessions.on(side, signal)));
    if (!source || !target) throw new Error("both sides were asked, and one gave no answer");
    return { pair, to, on: { source, target } };
  };
  /** Whether the way back stands all the time. Versions do not change, and after the handover the side that was left may be out of reach. */
  let alwaysStands: boolean | undefined;
  const stands = async (signal: AbortSignal): Promise<boolean> =>
    (alwaysStands ??= await standBothWays((await turning(signal)).on, signal));
  let isPrepared = false;

  return {
    ...standing,
    async proveReverse(signal) {
      if (await stands(signal)) return standing.proveReverse(signal);
      isPrepared = true;
      await prepareWayBack(await turning(signal), signal);
    },
    async proveReverseActions(signal) {
      if (await stands(signal)) return [markerAction(to, otherSide(to))];
      return [
        `${to}: SELECT pg_create_logical_replication_slot('${seedSlotName(pair.databaseName)}', 'pgoutput')`,
      ];
    },
    async forgetReverse(signal) {
      // A server that is gone must not stand in the way of an undo; what stays there is used by the next switch.
      if (isPrepared) await Promise.allSettled([turning(signal).then((turn) => forgetWayBack(turn, signal))]);
    },
    async openWayBack(signal) {
      if (!(await stands(signal))) await openWayBack(await turning(signal), signal);
    },
    async openWayBackActions(signal) {
      if (await stands(signal)) return [];
      const from = otherSide(to);
      return [
        `${to}: DROP SUBSCRIPTION ${subscriptionName(to)}`,
        `${to}: SELECT pg_replication_slot_advance(...) to where it became the writer`,
        `${from}: CREATE SUBSCRIPTION ${subscriptionName(from)} WITH (create_slot = false, copy_data = false)`,
        markerAction(to, from),
      ];
    },
    async close() {
      await Promise.all([standing.close(), sessions.close()]);
    },
  };
}
