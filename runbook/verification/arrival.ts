import { setTimeout as pause } from "node:timers/promises";
import { sendMarker } from "../postgres/marker";
import type { Session } from "../postgres/session";
import { subscriptionName } from "../postgres/subscription";
import { newToken } from "../postgres/token";
import { otherSide, SIDES, type Side } from "../side";

/** How long what was committed may take to arrive, in milliseconds. */
const PATIENCE = 30_000;
/** Between two looks at a replica, in milliseconds. */
const REPLAY_LOOK = 20;

interface Receiver {
  readonly isReplica: boolean;
  readonly isSubscribed: boolean;
}

/**
 * Waits until what was committed on either side before the call has arrived on the other: behind a marker where a subscription
 * stands, by its position where the target still is a replica.
 *
 * @throws Error when nothing replicates, or it has not arrived within 30 s
 */
export async function awaitArrival(on: Readonly<Record<Side, Session>>, signal: AbortSignal): Promise<void> {
  const ask = (side: Side): Promise<Receiver[]> =>
    on[side].query<{ isReplica: boolean; isSubscribed: boolean }>(
      signal,
      `SELECT pg_is_in_recovery() AS "isReplica",
              EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
                       WHERE d.datname = current_database() AND s.subname = $1 AND s.subenabled) AS "isSubscribed"`,
      [subscriptionName(side)],
    );
  const [[source], [target]] = await Promise.all([ask("source"), ask("target")]);
  if (target?.isReplica) return awaitReplay(on, signal);
  const subscribers = SIDES.filter((side) => (side === "source" ? source : target)?.isSubscribed);
  if (subscribers.length === 0) {
    throw new Error("nothing replicates between the sides: run `relocate start`, or ask `relocate status`");
  }
  for (const side of subscribers) {
    const flight = {
      sender: on[otherSide(side)],
      receiver: on[side],
      token: newToken("verify"),
      patience: PATIENCE,
    };
    if ((await sendMarker(flight, signal)) === undefined) throw stuck(side);
  }
}

/** A replica writes nothing of its own, so one direction is all there is. */
async function awaitReplay(
  { source, target }: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<void> {
  const [sent] = await source.query<{ position: string }>(
    signal,
    "SELECT pg_current_wal_insert_lsn()::text AS position",
  );
  const until = performance.now() + PATIENCE;
  do {
    const [replayed] = await target.query<{ far: boolean }>(
      signal,
      "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS far",
      [sent?.position],
    );
    if (replayed?.far) return;
    await pause(REPLAY_LOOK, undefined, { signal });
  } while (performance.now() < until);
  throw stuck("target");
}

const stuck = (side: Side): Error =>
  new Error(
    `what was committed on the ${otherSide(side)} has not arrived on the ${side} within ${PATIENCE} ms: ` +
      "see what `relocate status` says of replication",
  );
