import type { Session } from "../postgres/session";
import { SLOT_LIMITS, slotWatch, type SlotReport } from "../postgres/slot-watch";

/** A replication slot of the runbook, with how far its reader is behind. */
export interface SlotStatus extends SlotReport {
  /** Log written and not yet confirmed by its reader, in bytes. */
  readonly behindBytes: number;
  /** How far its reader was behind when it last told, in milliseconds. @default - nobody reads, or it is idle */
  readonly lagMs?: number;
}

/** Source: PostgreSQL documentation, "pg_replication_slots" and "pg_stat_replication". */
const READERS = `
SELECT s.slot_name AS name,
       coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                                     ELSE pg_current_wal_insert_lsn() END, s.confirmed_flush_lsn), 0)::float8 AS "behindBytes",
       round(extract(epoch FROM r.replay_lag) * 1000)::float8 AS "lagMs"
  FROM pg_replication_slots s
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
 WHERE s.database = current_database()`;

/** Reads the runbook's slots of a database. Needs membership in `pg_monitor` for the lag. */
export async function readSlots(session: Session, signal: AbortSignal): Promise<readonly SlotStatus[]> {
  const slots = await slotWatch(session, SLOT_LIMITS, signal);
  const readers = await session.query<{ name: string; behindBytes: number; lagMs: number | null }>(
    signal,
    READERS,
  );
  return slots.map((slot) => {
    const reader = readers.find(({ name }) => name === slot.name);
    return { ...slot, behindBytes: reader?.behindBytes ?? 0, lagMs: reader?.lagMs ?? undefined };
  });
}
