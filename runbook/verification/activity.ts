import type { Side } from "../side";
import type { Reader } from "./reader";
import type { Activity } from "./result";

/**
 * Counters of a table's writes, and its file, which TRUNCATE and rewrites change. A server's counters run behind a commit by up
 * to a second, and by longer while its session stays busy
 * (https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-VIEWS).
 */
const ACTIVITY = `
SELECT name AS quoted,
       concat_ws(' ', sum(pg_stat_get_tuples_inserted(part)), sum(pg_stat_get_tuples_updated(part)),
                 sum(pg_stat_get_tuples_deleted(part)), string_agg(pg_relation_filenode(part)::text, ',' ORDER BY part),
                 (SELECT pg_stat_get_db_stat_reset_time(oid) FROM pg_database WHERE datname = current_database()),
                 pg_postmaster_start_time()) AS activity,
       EXISTS (SELECT FROM pg_subscription_rel
                WHERE srrelid = ANY (array_agg(part)) AND srsubstate NOT IN ('r', 's')) AS "isCopying"
  FROM unnest($1::text[]) name
 CROSS JOIN LATERAL (SELECT name::regclass::oid AS part
                     UNION SELECT relid FROM pg_partition_tree(name::regclass) WHERE isleaf) parts
 GROUP BY name`;

/** What both servers know of a table by now. */
export interface Counted {
  readonly activity: Activity;
  /** Replication has not brought yet what was there when it began. */
  readonly isCopying: boolean;
}

/** What both servers know of the tables by now, by quoted name. */
export async function readActivity(reader: Reader, tables: readonly string[]): Promise<Map<string, Counted>> {
  const rows = await reader.askBoth<{ quoted: string; activity: string; isCopying: boolean }>(ACTIVITY, [
    tables,
  ]);
  const of = (side: Side) => new Map(rows[side].map((row) => [row.quoted, row]));
  const [source, target] = [of("source"), of("target")];
  return new Map(
    tables.map((table) => {
      const [here, there] = [source.get(table), target.get(table)];
      const activity = { source: here?.activity ?? "", target: there?.activity ?? "" };
      return [table, { activity, isCopying: here?.isCopying === true || there?.isCopying === true }];
    }),
  );
}

/** Neither side has counted a write in between. */
export const isQuiet = (before: Activity | undefined, now: Activity | undefined): boolean =>
  before !== undefined && now !== undefined && before.source === now.source && before.target === now.target;
