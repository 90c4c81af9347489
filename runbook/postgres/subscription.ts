import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError } from "pg";
import type { Side } from "../side";
import type { DatabasePair } from "../world";
import type { Table } from "./catalog";
import { runConcealed } from "./concealed";
import { OWN_TABLES } from "./publication";
import type { Session } from "./session";
import { standBothWays } from "./ways";

/** Both ends of one direction of replication. */
export interface Direction {
  /** Where the rows go: the subscription stands there. */
  readonly to: Side;
  readonly subscriber: Session;
  readonly publisher: Session;
  /** Name of the database inside the servers. */
  readonly databaseName: string;
}

/** How a subscription fares. */
export interface SubscriptionState {
  readonly enabled: boolean;
  /** A worker applies rows now. */
  readonly running: boolean;
  /** Tables whose initial copy is not done. */
  readonly copying: number;
}

/** Name of the subscription that brings rows to a side. */
export const subscriptionName = (to: Side): string => `relocate_to_${to}`;

/** Name of the slot that a subscription reads. */
export const slotName = (to: Side, databaseName: string): string =>
  `${subscriptionName(to)}_${slotSuffix(databaseName)}`;

/** Name of the slot that keeps what the source writes while its replica is promoted; watched like the others. */
export const seedSlotName = (databaseName: string): string => `relocate_to_seed_${slotSuffix(databaseName)}`;

/** Slots are named for the whole server, so the database's name is part of theirs; letters are few and length is short. */
function slotSuffix(databaseName: string): string {
  if (/^[a-z0-9_]{1,40}$/.test(databaseName)) return databaseName;
  return createHash("sha256").update(databaseName).digest("hex").slice(0, 16);
}

/**
 * (SQL) The number of this database's subscription of a name. PostgreSQL 13 tells superusers alone the column `oid` of
 * pg_subscription; the view tells everybody, of all databases, and pg_subscription_rel is this one's.
 */
export const subscriptionNumber = (name: string): string =>
  `(SELECT w.subid FROM pg_stat_subscription w
     WHERE w.subname = ${name} AND w.subid IN (SELECT srsubid FROM pg_subscription_rel) LIMIT 1)`;

const STATE = `
SELECT s.subenabled AS enabled,
       EXISTS (SELECT FROM pg_stat_subscription w WHERE w.subid = n.oid AND w.pid IS NOT NULL) AS running,
       (SELECT count(*) FROM pg_subscription_rel r WHERE r.srsubid = n.oid AND r.srsubstate <> 'r')::integer AS copying
  FROM pg_subscription s, LATERAL (SELECT ${subscriptionNumber("s.subname")} AS oid) n
 WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** @returns `undefined` when there is no such subscription */
export async function subscriptionState(
  subscriber: Session,
  to: Side,
  signal: AbortSignal,
): Promise<SubscriptionState | undefined> {
  const [row] = await subscriber.query<{ [K in keyof SubscriptionState]: SubscriptionState[K] }>(
    signal,
    STATE,
    [subscriptionName(to)],
  );
  return row;
}

/** Tables that the subscription does not know, the runbook's own too: they came after it. Of a partitioned table its partitions count. */
export async function unsubscribedTables(
  subscriber: Session,
  to: Side,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<string[]> {
  const plain = tables.filter(({ isPartitioned }) => !isPartitioned).map(({ quoted }) => quoted);
  const rows = await subscriber.query<{ name: string }>(
    signal,
    `SELECT name FROM unnest($2::text[]) name
      WHERE NOT EXISTS (SELECT FROM pg_subscription_rel r
                         WHERE r.srsubid = ${subscriptionNumber("$1")} AND r.srrelid = name::regclass)`,
    [subscriptionName(to), [...plain, ...OWN_TABLES]],
  );
  return rows.map(({ name }) => name);
}

/**
 * Makes a subscription, or enables the one that is there with the present login, and makes the tables known to it that
 * came later. What a run that was cut off has left is cleared first.
 *
 * `origin = none` asks for rows that were written at the publisher itself: with both directions standing, rows would
 * else go round in circles. Before PostgreSQL 16 nobody can, and one direction stands at a time.
 *
 * @param pair whose servers they are
 * @param copy whether the rows that are there now are brought as well
 */
export async function subscribe(
  direction: Direction,
  pair: DatabasePair,
  copy: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { to, subscriber, publisher, databaseName } = direction;
  const name = subscriptionName(to);
  await endUnfinished(direction, signal);
  if (await subscriptionState(subscriber, to, signal)) {
    // The password may have changed since.
    await concealed(pair, to, `ALTER SUBSCRIPTION ${name} CONNECTION %L`, signal);
    await subscriber.query(signal, `ALTER SUBSCRIPTION ${name} ENABLE`);
    await subscriber.query(
      signal,
      `ALTER SUBSCRIPTION ${name} REFRESH PUBLICATION WITH (copy_data = ${copy})`,
    );
    return;
  }
  const slot = slotName(to, databaseName);
  await dropSlots(publisher, [slot], signal);
  // By our own hand: it waits for every transaction that writes at the publisher, and ends with this session.
  await publisher.query(signal, "SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
  const other =
    to === "source" ? { source: subscriber, target: publisher } : { source: publisher, target: subscriber };
  await createSubscription(
    pair,
    to,
    { slot, copy, filtersOrigin: await standBothWays(other, signal) },
    signal,
  );
}

/** Makes a subscription that reads a slot which is there. */
export async function createSubscription(
  pair: DatabasePair,
  to: Side,
  {
    slot,
    copy,
    filtersOrigin,
  }: { readonly slot: string; readonly copy: boolean; readonly filtersOrigin: boolean },
  signal: AbortSignal,
): Promise<void> {
  const origin = filtersOrigin ? ", origin = none" : "";
  const statement = `CREATE SUBSCRIPTION ${subscriptionName(to)} CONNECTION %L PUBLICATION relocate
    WITH (slot_name = '${slot}', create_slot = false, copy_data = ${copy}${origin})`;
  await concealed(pair, to, statement, signal);
}

/** The connection string holds a password, which the server keeps where only superusers can read it. */
const concealed = async (
  pair: DatabasePair,
  to: Side,
  statement: string,
  signal: AbortSignal,
): Promise<void> => {
  const [login, conninfo] = await Promise.all([pair.operator(to), pair.conninfo(to)]);
  await runConcealed(login, { statement, conninfo, isKept: true }, signal);
};

/** Drops a subscription with all its slots, if there is one. The slots go by our own hand: the subscriber's way may be cut. */
export async function unsubscribe(direction: Direction, signal: AbortSignal): Promise<void> {
  const { publisher, databaseName } = direction;
  await dropSlots(publisher, await dropSubscription(direction, databaseName, signal), signal);
}

/**
 * Drops a subscription and leaves its slots, for when the publisher cannot be reached.
 *
 * @returns patterns (LIKE) of its slots' names at the publisher
 */
export async function dropSubscription(
  { subscriber, to }: Pick<Direction, "subscriber" | "to">,
  databaseName: string,
  signal: AbortSignal,
): Promise<string[]> {
  const name = subscriptionName(to);
  await endUnfinished({ subscriber, to }, signal);
  const [standing] = await subscriber.query<{ oid: string }>(
    signal,
    `SELECT ${subscriptionNumber("s.subname")} AS oid FROM pg_subscription s
      WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [name],
  );
  if (!standing) return [slotName(to, databaseName)];
  await subscriber.query(signal, `ALTER SUBSCRIPTION ${name} DISABLE`);
  await subscriber.query(signal, `ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
  await subscriber.query(signal, `DROP SUBSCRIPTION ${name}`);
  // Slots of copies that are under way are named after the subscription's number, unknown once it is gone.
  return [slotName(to, databaseName), `pg_${standing.oid}_sync_%`];
}

/** Ends CREATE SUBSCRIPTION statements of runbooks that are gone, which wait for the publisher, and waits until they are. */
async function endUnfinished(
  { subscriber, to }: Pick<Direction, "subscriber" | "to">,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const unfinished = await subscriber.query(
      signal,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE $1`,
      [`%CREATE SUBSCRIPTION ${subscriptionName(to)} %`],
    );
    if (unfinished.length === 0) return;
    await pause(50, undefined, { signal });
  }
}

/**
 * Drops slots of this database, if there are any. One in use cannot be dropped: its walsender is ended until it stays
 * away.
 *
 * @param patterns of names, as for LIKE; an underscore stands for itself
 */
export async function dropSlots(
  publisher: Session,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const slots = await publisher.query<{ slot_name: string; active_pid: number | null }>(
      signal,
      `SELECT slot_name, active_pid FROM pg_replication_slots
        WHERE database = current_database() AND slot_name LIKE ANY ($1)`,
      [patterns.map((pattern) => pattern.replaceAll("_", "\\_"))],
    );
    if (slots.length === 0) return;
    for (const { slot_name, active_pid } of slots) {
      try {
        await publisher.query(
          signal,
          active_pid === null ? "SELECT pg_drop_replication_slot($1)" : "SELECT pg_terminate_backend($1)",
          [active_pid ?? slot_name],
        );
      } catch (error) {
        if (!changedHands(error)) throw error;
      }
    }
    await pause(50, undefined, { signal });
  }
}

/** Whether a slot was taken up (`object_in_use`) or dropped (`undefined_object`) since it was looked at. */
function changedHands(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === "55006" || error.code === "42704");
}
