import { isReplica } from "../postgres/replica";
import type { Session } from "../postgres/session";
import type { PairSides } from "./pair-sides";

/**
 * What can be done to a target. `own`: it has a catalog of its own. `replica`: it has the source's, and what is done
 * there comes by itself.
 */
export type Reach =
  | { readonly kind: "own"; readonly session: Session }
  | { readonly kind: "replica"; readonly session: Session }
  | { readonly kind: "unreachable"; readonly why: string };

/** Asks once, so that a target that is gone costs its timeout once. */
export function targetReach(): (database: PairSides, signal: AbortSignal) => Promise<Reach> {
  const known = new Map<PairSides, Reach>();
  return async (database, signal) => {
    const found = known.get(database);
    // One that was reached may have been lost since: its session is asked for anew.
    const reach = found?.kind === "unreachable" ? found : await reachTarget(database, signal);
    known.set(database, reach);
    return reach;
  };
}

async function reachTarget(database: PairSides, signal: AbortSignal): Promise<Reach> {
  let session: Session;
  try {
    session = await database.on("target", signal);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "unreachable", why: (error as Error).message };
  }
  return { kind: (await isReplica(session, signal)) ? "replica" : "own", session };
}
