import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { ownGate } from "./gate";
import { sendMarker } from "./marker";
import { awaitPrimary, isReplica, lineageOf } from "./replica";
import type { Session } from "./session";
import { placeSlot, sowSlot } from "./slot-placement";
import { createSubscription, dropSlots, seedSlotName, slotName, subscriptionState } from "./subscription";
import { newToken } from "./token";
import { standBothWays } from "./ways";

/** A source and its physical replica, which is to become the target. */
export interface Seeding {
  readonly pair: DatabasePair;
  readonly on: (side: Side, signal: AbortSignal) => Promise<Session>;
}

/** Time for the replica to have what the source has written, in milliseconds. */
const FOLLOWS = 60_000;

/** How far a target has come on its way from a replica to a side of its own. */
export type Growth = "replica" | "promoted" | "joined";

/** Asks both sides. */
export async function growthOf({ on }: Seeding, signal: AbortSignal): Promise<Growth> {
  const target = await on("target", signal);
  if (await isReplica(target, signal)) return "replica";
  if (await subscriptionState(target, "target", signal)) return "joined";
  // Where one direction stands at a time, a target that was the writer has none of its own.
  const wasWriter = ((await ownGate(target, "target", signal))?.opened ?? -1) >= 0;
  return wasWriter ? "joined" : "promoted";
}

/**
 * Makes sure that nothing the source writes from here on is missed, however long the promotion takes: a slot keeps it,
 * and the replica has all from before the slot. From then on the source's WAL is retained until the target has joined.
 *
 * @throws Error when the replica does not follow
 */
export async function sow(seeding: Seeding, signal: AbortSignal): Promise<void> {
  const { pair, on } = seeding;
  const [sender, receiver] = await Promise.all([on("source", signal), on("target", signal)]);
  await sowSlot(sender, seedSlotName(pair.databaseName), signal);
  const flight = { sender, receiver, token: newToken("seed"), patience: FOLLOWS };
  if ((await sendMarker(flight, signal)) !== undefined) return;
  throw new Error(`the replica does not follow the source: a row has not come within ${FOLLOWS} ms`);
}

/** Drops the slot of a seed that will not be sown: it would hold back the source's WAL. */
export async function clearSeed({ pair, on }: Seeding, signal: AbortSignal): Promise<void> {
  const source = await on("source", signal);
  await source.query(signal, "UPDATE relocate.gate SET timeline = NULL WHERE timeline IS NOT NULL");
  await dropSlots(source, [seedSlotName(pair.databaseName)], signal);
}

/** Lets the source's gate be open on the source's own timeline only, so that a copy of it is closed once promoted. */
export async function bindGate({ on }: Seeding, signal: AbortSignal): Promise<void> {
  const source = await on("source", signal);
  await source.query(signal, "UPDATE relocate.gate SET timeline = relocate.timeline()");
}

/** Promotes the replica and waits until it is a primary. There is no way back to a replica but to make a new one. */
export async function promoteTarget({ pair, on }: Seeding, signal: AbortSignal): Promise<void> {
  const target = await on("target", signal);
  if (!(await isReplica(target, signal))) return;
  if (pair.promote) await pair.promote(signal);
  else await target.query(signal, "SELECT pg_promote(false)");
  await awaitPrimary(() => on("target", signal), signal);
}

/**
 * Joins a promoted target to the source by logical replication, at exactly the position up to which it has everything.
 * May be run again at any time: what the source has written meanwhile is kept by the slot.
 *
 * @throws Error when the target is no copy of this source, or rows between the two would be missing
 */
export async function join(seeding: Seeding, signal: AbortSignal): Promise<void> {
  const { pair, on } = seeding;
  const [source, target] = await Promise.all([on("source", signal), on("target", signal)]);
  await turnGate(pair, target, signal);
  await source.query(signal, "UPDATE relocate.gate SET timeline = NULL WHERE timeline IS NOT NULL");
  if (await subscriptionState(target, "target", signal)) return;
  const slot = slotName("target", pair.databaseName);
  const position = await positionOf(pair, signal);
  await placeSlot(source, { seed: seedSlotName(pair.databaseName), slot, position }, signal);
  const filtersOrigin = await standBothWays({ source, target }, signal);
  await createSubscription(pair, "target", { slot, copy: false, filtersOrigin }, signal);
  await dropSlots(source, [seedSlotName(pair.databaseName)], signal);
}

/** The position of the source up to which the target has everything. */
async function positionOf(pair: DatabasePair, signal: AbortSignal): Promise<string> {
  const [source, target] = await Promise.all([
    lineageOf(await pair.operator("source"), signal),
    lineageOf(await pair.operator("target"), signal),
  ]);
  const position = target.left.get(source.timeline);
  if (source.system === target.system && position !== undefined) return position;
  throw new Error(
    `the target is no copy of this source: cluster ${target.system} on timeline ${target.timeline}, ` +
      `expected a timeline that branches off ${source.timeline} of cluster ${source.system}. Make it a replica again`,
  );
}

/** The copied gate becomes the target's own, and applications that are there already look for the writer elsewhere. */
async function turnGate(
  { applicationRoles }: DatabasePair,
  target: Session,
  signal: AbortSignal,
): Promise<void> {
  const [turned] = await target.query<{ turned: boolean }>(signal, "SELECT relocate.turn($1) AS turned", [
    applicationRoles,
  ]);
  if (turned?.turned) {
    await target.query(
      signal,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY ($1)",
      [applicationRoles],
    );
  }
  const prepared = await target.query<{ gid: string }>(
    signal,
    "SELECT quote_literal(gid) AS gid FROM pg_prepared_xacts WHERE database = current_database()",
  );
  if (prepared.length === 0) return;
  const fixes = prepared.map(({ gid }) => `ROLLBACK PREPARED ${gid}`);
  throw new Error(
    "the target holds prepared transactions, which replication brings a second time when they are committed: " +
      `run on the target ${fixes.join("; ")}`,
  );
}
