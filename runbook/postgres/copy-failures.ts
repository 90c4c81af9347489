import type { Side } from "../side";
import type { Session } from "./session";
import { subscriptionName, subscriptionNumber } from "./subscription";

/**
 * Looks how often bringing rows to a side has failed since the first look; workers that fail are started again by the
 * server, again and again.
 *
 * Cost: one statement over statistics.
 */
export type FailureCount = (subscriber: Session, signal: AbortSignal) => Promise<number>;

/**
 * Begins to count. PostgreSQL counts failures itself from version 15 on; of an older server they are concluded from what
 * its workers leave behind between two looks
 * (https://www.postgresql.org/docs/15/monitoring-stats.html#MONITORING-PG-STAT-SUBSCRIPTION-STATS).
 */
export function countFailures(to: Side): FailureCount {
  let count: FailureCount | undefined;
  return async (subscriber, signal) => {
    count ??= (await hasStatistics(subscriber, signal)) ? byStatistics(to) : byTraces(to);
    return count(subscriber, signal);
  };
}

async function hasStatistics(subscriber: Session, signal: AbortSignal): Promise<boolean> {
  const found = await subscriber.query(
    signal,
    "SELECT WHERE to_regclass('pg_catalog.pg_stat_subscription_stats') IS NOT NULL",
  );
  return found.length > 0;
}

const STATISTICS = `
SELECT (apply_error_count + sync_error_count)::integer AS errors
  FROM pg_stat_subscription_stats WHERE subid = ${subscriptionNumber("$1")}`;

function byStatistics(to: Side): FailureCount {
  let first: number | undefined;
  return async (subscriber, signal) => {
    const [row] = await subscriber.query<{ errors: number }>(signal, STATISTICS, [subscriptionName(to)]);
    const errors = row?.errors ?? 0;
    first ??= errors;
    return errors - first;
  };
}

/** What a server without statistics shows of its workers at one moment. */
export interface Traces {
  /** Of each table whose copy is under way, by number, the version of its row in pg_subscription_rel. */
  readonly attempts: Readonly<Record<string, string>>;
  /** Process that applies rows. @default - there is none now */
  readonly worker?: number;
  /** After which the server starts a worker again, in milliseconds. */
  readonly retryAfter: number;
  /** When it was looked at, in milliseconds on a clock of any beginning. */
  readonly at: number;
}

/** Failures so far, with what the next look is held against. */
export interface Tally {
  readonly failures: number;
  readonly seen: Traces;
  /** Since when nobody applies rows, or since this was last counted as a failure. @default - somebody does */
  readonly absentSince?: number;
}

/**
 * Counts what a look shows. A worker that copies writes the state "data is being copied" when it begins, each time
 * anew: the row has another version then, though it says the same, and what was begun before has failed. One that applies
 * has failed when its process is gone; and when none has been there for twice the time after which the server starts
 * one, one has come and gone unseen.
 */
export function tally(before: Tally | undefined, seen: Traces): Tally {
  if (!before) return { failures: 0, seen, absentSince: seen.worker === undefined ? seen.at : undefined };
  const again = Object.entries(seen.attempts).filter(([table, version]) => {
    const earlier = before.seen.attempts[table];
    return earlier !== undefined && earlier !== version;
  }).length;
  const isGone = before.seen.worker !== undefined && before.seen.worker !== seen.worker;
  const since = before.absentSince ?? seen.at;
  const stayedAway = seen.worker === undefined && seen.at - since >= 2 * seen.retryAfter;
  const failures = before.failures + again + Number(isGone) + Number(stayedAway);
  if (seen.worker !== undefined) return { failures, seen };
  return { failures, seen, absentSince: stayedAway ? seen.at : since };
}

const TRACES = `
SELECT (SELECT coalesce(jsonb_object_agg(r.srrelid, r.xmin::text), '{}') FROM pg_subscription_rel r
         WHERE r.srsubid = s.oid AND r.srsubstate = 'd') AS attempts,
       (SELECT w.pid FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.relid IS NULL) AS worker,
       (SELECT setting::integer FROM pg_settings WHERE name = 'wal_retrieve_retry_interval') AS "retryAfter"
  FROM (SELECT ${subscriptionNumber("$1")} AS oid) s WHERE s.oid IS NOT NULL`;

function byTraces(to: Side): FailureCount {
  let counted: Tally | undefined;
  return async (subscriber, signal) => {
    const [row] = await subscriber.query<{
      attempts: Record<string, string>;
      worker: number | null;
      retryAfter: number;
    }>(signal, TRACES, [subscriptionName(to)]);
    if (row) counted = tally(counted, { ...row, worker: row.worker ?? undefined, at: performance.now() });
    return counted?.failures ?? 0;
  };
}
