import { SIDES, type Side } from "../side";
import { readGate } from "./gate";
import { hasSchema } from "./schema-presence";
import type { Session } from "./session";
import { subscriptionName, subscriptionState } from "./subscription";

/** What there is of a database's replication before `start` changes anything. */
export interface Standing {
  /** The side whose rows count. @default - neither: a switch was cut off */
  readonly writer?: Side;
  /** Whether the subscription that brings rows to a side is there. */
  readonly subscribed: Readonly<Record<Side, boolean>>;
  /** A start has come to its end here, or a switch has been: gates and subscriptions are relied upon. */
  readonly isInService: boolean;
}

/** Asks both sides. */
export async function readStanding(
  on: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<Standing> {
  const [source, target] = await Promise.all(
    SIDES.map(async (side) => ({
      gate: (await hasSchema(on[side], signal)) ? await readGate(on[side], signal) : undefined,
      isSubscribed: (await subscriptionState(on[side], side, signal)) !== undefined,
    })),
  );
  const subscribed = {
    source: source?.isSubscribed ?? false,
    target: target?.isSubscribed ?? false,
  };
  const writer = target?.gate?.open ? "target" : (source?.gate?.open ?? true) ? "source" : undefined;
  return {
    writer,
    subscribed,
    // The way back is the last thing that a start makes.
    isInService: subscribed.source || [source, target].some((side) => (side?.gate?.epoch ?? 0) > 0),
  };
}

/** What a start over replication that stands must not go on with, since it would leave rows out or destroy some. */
export function standingFindings({ writer, subscribed, isInService }: Standing): string[] {
  if (!isInService) return [];
  if (writer === undefined) {
    return ["neither side is the writer: a switch was cut off. Run that switch again: it goes on or back"];
  }
  const missing = SIDES.filter((side) => !subscribed[side]);
  if (writer === "target") {
    return missing.map(
      (side) =>
        `the target is the writer, and replication to the ${side} has ended (subscription ${subscriptionName(side)} is missing): ` +
        "to join it anew would leave out what was written since. There is no lossless way back any more; " +
        "run `relocate complete` if the target is to stay",
    );
  }
  if (!subscribed.target && subscribed.source) {
    return [
      "subscription relocate_to_target is missing while relocate_to_source stands: to empty the target for a new copy " +
        "would empty the source as well. DROP SUBSCRIPTION relocate_to_source on the source first, " +
        "DROP SCHEMA relocate CASCADE on both sides, and run `relocate start` again",
    ];
  }
  return [];
}
