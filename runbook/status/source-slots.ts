import { ownGate } from "../postgres/gate";
import { sessionsOf } from "../postgres/sessions";
import { slotWatch, type SlotLimits, type SlotReport } from "../postgres/slot-watch";
import type { DatabasePair } from "../world";

/** What the source of one database keeps for the target. */
export type SourceSlots =
  | {
      readonly name: string;
      readonly reachable: true;
      /** Its gate is open: what it keeps is for a relocation that can be begun anew. */
      readonly isWriter: boolean;
      readonly slots: readonly SlotReport[];
    }
  | { readonly name: string; readonly reachable: false; readonly why: string };

/** A source that does not answer by then counts as not reachable, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Looks at the slots on the source of a database; one that cannot be reached is told as such. Only reads.
 *
 * Cost: a connection and three small queries.
 */
export async function readSourceSlots(
  pair: DatabasePair,
  limits: SlotLimits,
  stop: AbortSignal,
): Promise<SourceSlots> {
  const { name } = pair;
  const sessions = sessionsOf(pair);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]);
  try {
    const session = await sessions.on("source", signal);
    const gate = await ownGate(session, "source", signal);
    const slots = await slotWatch(session, limits, signal);
    return { name, reachable: true, isWriter: gate?.open ?? false, slots };
  } catch (error) {
    stop.throwIfAborted();
    return { name, reachable: false, why: (error as Error).message };
  } finally {
    await sessions.close();
  }
}

/** Slots that have to go now. Pure. @returns none while the source is not the writer: the way back is not given up for its disk */
export const slotsToStop = (found: SourceSlots): readonly SlotReport[] =>
  found.reachable && found.isWriter ? found.slots.filter(({ verdict }) => verdict === "stop") : [];
