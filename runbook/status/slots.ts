import type { Session } from "../postgres/session";

/** A replication slot of the runbook: the log that it keeps for the other side. */
export interface SlotStatus {
  readonly name: string;
  /** Somebody reads it now. */
  readonly active: boolean;
  /** Log that the server has to keep for it, in bytes. */
  readonly retainedBytes: number;
  /** As PostgreSQL writes it: `reserved`, `extended`, `unreserved`, or `lost`, which cannot be read any more. */
  readonly walStatus: string;
  /** How far its reader was behind when it last told, in milliseconds. @default - it has not told, or is idle */
  readonly lagMs?: number;
  /** Log written and not yet confirmed by its reader, in bytes. */
  readonly behindBytes: number;
}

/** Source: PostgreSQL documentation, "pg_replication_slots" and "pg_stat_replication". */
const SLOTS = `
SELECT s.slot_name AS name,
       s.active,
       coalesce(s.wal_status, 'lost') AS "walStatus",
       coalesce(pg_wal_lsn_diff(here.lsn, s.restart_lsn), 0)::float8 AS "retainedBytes",
       coalesce(pg_wal_lsn_diff(here.lsn, s.confirmed_flush_lsn), 0)::float8 AS "behindBytes",
       round(extract(epoch FROM r.replay_lag) * 1000)::float8 AS "lagMs"
  FROM pg_replication_slots s
 CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                         ELSE pg_current_wal_insert_lsn() END AS lsn) here
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
 WHERE s.database = $1 AND s.slot_name LIKE 'relocate\\_%'
 ORDER BY 1`;

/** Reads the runbook's slots of a database. Needs membership in `pg_monitor` for the lag. */
export async function readSlots(
  session: Session,
  databaseName: string,
  signal: AbortSignal,
): Promise<readonly SlotStatus[]> {
  const rows = await session.query<{ [K in keyof SlotStatus]: SlotStatus[K] | null }>(signal, SLOTS, [
    databaseName,
  ]);
  return rows.map(({ lagMs, ...slot }) => ({
    ...(slot as Omit<SlotStatus, "lagMs">),
    ...(lagMs === null || lagMs === undefined ? {} : { lagMs }),
  }));
}
