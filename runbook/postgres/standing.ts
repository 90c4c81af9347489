import { SIDES, type Side } from "../side";
import { ownGate } from "./gate";
import type { Session } from "./session";
import { subscriptionState } from "./subscription";
import { standBothWays } from "./ways";

/** What there is of a database's replication before `start` changes anything. */
export interface Standing {
  /** The side whose rows count. @default - neither: a switch was cut off */
  readonly writer?: Side;
  /** Whether the subscription that brings rows to a side is there. */
  readonly subscribed: Readonly<Record<Side, boolean>>;
  /** Whether both subscriptions stand at once, or only the one to the side that is not the writer. */
  readonly bothWays: boolean;
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
      gate: await ownGate(on[side], side, signal),
      isSubscribed: (await subscriptionState(on[side], side, signal)) !== undefined,
    })),
  );
  const subscribed = {
    source: source?.isSubscribed ?? false,
    target: target?.isSubscribed ?? false,
  };
  const writer = target?.gate?.open ? "target" : (source?.gate?.open ?? true) ? "source" : undefined;
  const bothWays = await standBothWays(on, signal);
  return {
    writer,
    subscribed,
    bothWays,
    // The way back is the last thing that a start makes.
    isInService:
      subscribed.source ||
      (!bothWays && subscribed.target) ||
      [source, target].some((side) => (side?.gate?.epoch ?? 0) > 0),
  };
}
