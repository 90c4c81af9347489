import { otherSide, type Side } from "../side";
import type { DatabasePair } from "../world";
import { sendMarker } from "./marker";
import type { Session } from "./session";
import { placeSlot, sowSlot } from "./slot-placement";
import {
  createSubscription,
  dropSlots,
  seedSlotName,
  slotName,
  subscriptionState,
  unsubscribe,
} from "./subscription";
import { newToken } from "./token";

/** A switch of a pair whose replication stands one way at a time. */
export interface Turning {
  readonly pair: DatabasePair;
  /** The side that becomes the writer, or has become it. */
  readonly to: Side;
  readonly on: Readonly<Record<Side, Session>>;
}

/** Time for the first row to go back, in milliseconds. */
const FIRST_ROW = 60_000;

/**
 * Has the side that is to become the writer keep its log from before its first write, so that none can be missing on
 * the way back, whenever that is opened. Until then the server retains its log.
 */
export const prepareWayBack = ({ pair, to, on }: Turning, signal: AbortSignal): Promise<void> =>
  sowSlot(on[to], seedSlotName(pair.databaseName), signal);

/** Lets go of what was kept for a switch that was undone. */
export const forgetWayBack = ({ pair, to, on }: Turning, signal: AbortSignal): Promise<void> =>
  dropSlots(on[to], [seedSlotName(pair.databaseName)], signal);

/**
 * Turns replication round once a side is the writer: the way that brought its rows ends, and the way back begins behind
 * the last of them. In this order, since with both ways open rows would go round; between the two the writer's log is kept.
 * May be run again at any time.
 */
export async function openWayBack(turning: Turning, signal: AbortSignal): Promise<void> {
  const { pair, to, on } = turning;
  const { databaseName } = pair;
  const from = otherSide(to);
  await unsubscribe({ to, subscriber: on[to], publisher: on[from], databaseName }, signal);
  if (!(await subscriptionState(on[from], from, signal))) {
    const slot = slotName(from, databaseName);
    const [gate] = await on[to].query<{ opened_at: string }>(signal, "SELECT opened_at FROM relocate.gate");
    if (!gate?.opened_at) throw new Error(`the gate of the ${to} does not say where its own rows begin`);
    const placement = { seed: seedSlotName(databaseName), slot, position: gate.opened_at };
    await placeSlot(on[to], placement, signal);
    await createSubscription(pair, from, { slot, copy: false, filtersOrigin: false }, signal);
  }
  await forgetWayBack(turning, signal);
  const flight = { sender: on[to], receiver: on[from], token: newToken("back"), patience: FIRST_ROW };
  if ((await sendMarker(flight, signal)) !== undefined) return;
  throw new Error(
    `no row has come back to the ${from} within ${FIRST_ROW} ms: see the log of the ${from}'s server. Nothing is lost, ` +
      `the ${to} keeps what it writes`,
  );
}
