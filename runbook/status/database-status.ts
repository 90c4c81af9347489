import { ownGate } from "../postgres/gate";
import type { Session } from "../postgres/session";
import { sessionsOf } from "../postgres/sessions";
import { subscriptionState, type SubscriptionState } from "../postgres/subscription";
import { versionOf } from "../postgres/ways";
import { SIDES, type Side } from "../side";
import type { DatabasePair } from "../world";
import type { Gate } from "../write-switch";
import { readSlots, type SlotStatus } from "./slots";

/** How one side of a database stands. */
export type SideStatus =
  | {
      readonly reachable: true;
      /** Of the server, as `server_version_num`, such as 180001. */
      readonly version: number;
      /** @default - the runbook has nothing there: `start` has not run, or `complete` or `abort` has */
      readonly gate?: Gate;
      /** What brings rows to this side. @default - nothing does */
      readonly subscription?: SubscriptionState;
      /** Slots of the runbook on this side: what it sends to the other one. */
      readonly slots: readonly SlotStatus[];
    }
  | { readonly reachable: false; readonly why: string };

/** How one database stands. */
export interface DatabaseStatus {
  readonly name: string;
  readonly strategy: DatabasePair["strategy"];
  readonly writerDiscovery: DatabasePair["endpoint"]["kind"];
  readonly source: SideStatus;
  readonly target: SideStatus;
  readonly active: ActiveSide;
}

/**
 * The side that takes writes. `none`: neither gate is open; `ungated`: nothing of the runbook stands before either;
 * `unknown`: the side that would tell cannot be reached; `both` must never be.
 */
export type ActiveSide = Side | "none" | "both" | "ungated" | "unknown";

/** A side that does not answer by then counts as not reachable, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Asks both sides of a database how they stand; one that cannot be reached is told as such. Only reads.
 *
 * Cost: six small queries a side.
 */
export async function readDatabase(pair: DatabasePair, stop: AbortSignal): Promise<DatabaseStatus> {
  const sessions = sessionsOf(pair);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]);
  try {
    const [source, target] = await Promise.all(
      SIDES.map(async (side): Promise<SideStatus> => {
        try {
          return await readSide(await sessions.on(side, signal), side, signal);
        } catch (error) {
          stop.throwIfAborted();
          return { reachable: false, why: (error as Error).message };
        }
      }),
    );
    const sides = { source: source as SideStatus, target: target as SideStatus };
    return {
      name: pair.name,
      strategy: pair.strategy,
      writerDiscovery: pair.endpoint.kind,
      ...sides,
      active: activeSide(sides),
    };
  } finally {
    await sessions.close();
  }
}

async function readSide(session: Session, side: Side, signal: AbortSignal): Promise<SideStatus> {
  return {
    reachable: true,
    version: await versionOf(session, signal),
    gate: await ownGate(session, side, signal),
    subscription: await subscriptionState(session, side, signal),
    slots: await readSlots(session, signal),
  };
}

/** The gates are the truth. Pure. */
export function activeSide({ source, target }: Readonly<Record<Side, SideStatus>>): ActiveSide {
  const gates = [source, target].map((status) => (status.reachable ? status.gate : undefined));
  const open = SIDES.filter((_, index) => gates[index]?.open);
  if (open.length > 1) return "both";
  // An open gate proves that the other is closed; a closed one proves nothing of the other.
  if (open[0]) return open[0];
  if (!source.reachable || !target.reachable) return "unknown";
  return gates.some((gate) => gate !== undefined) ? "none" : "ungated";
}
