import type { Session } from "./session";
import { dropSlots } from "./subscription";

/** A replication slot of the runbook, as its publisher keeps it. */
export interface Slot {
  readonly name: string;
  /** Somebody reads from it now. */
  readonly isActive: boolean;
  /** `reserved` and `extended`: all there; `unreserved`: about to be removed; `lost`: removed. @default - nothing is kept for it yet */
  readonly walStatus?: "reserved" | "extended" | "unreserved" | "lost";
  /** Log that the server keeps for it, in bytes. */
  readonly retainedBytes: number;
  /** What may still be written before the server gives it up, in bytes. @default - without limit: max_slot_wal_keep_size is -1 */
  readonly safeBytes?: number;
  /** When it was last read from, in milliseconds since the epoch. @default - it is active, or the server is older than version 17 */
  readonly inactiveSince?: number;
}

/** Retained log, in bytes, from which to act. */
export interface SlotLimits {
  readonly warnBytes: number;
  readonly stopBytes: number;
}

const GIBIBYTE = 2 ** 30;

/** What most servers have free; lower it where less is. */
export const SLOT_LIMITS: SlotLimits = { warnBytes: 5 * GIBIBYTE, stopBytes: 20 * GIBIBYTE };

/** `stop`: this slot has to go before the disk is full, or is lost already; the relocation begins anew. */
export type SlotVerdict = "ok" | "warn" | "stop";

/** A slot with what to make of it. */
export interface SlotReport extends Slot {
  readonly verdict: SlotVerdict;
  /** @default - the verdict is ok */
  readonly reason?: string;
}

/** Columns of later versions are read where they are: `inactive_since` is known from 17 on. */
const SLOTS = `
SELECT slot_name AS name, active AS "isActive", wal_status AS "walStatus",
       coalesce(greatest(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END,
                                         restart_lsn), 0), 0)::float8 AS "retainedBytes",
       safe_wal_size::float8 AS "safeBytes",
       (extract(epoch FROM (to_jsonb(s)->>'inactive_since')::timestamptz) * 1000)::float8 AS "inactiveSince"
  FROM pg_replication_slots s
 WHERE database = current_database() AND (slot_name LIKE 'relocate\\_to\\_%' OR slot_name LIKE 'pg\\_%\\_sync\\_%')
 ORDER BY slot_name`;

/**
 * Looks at the slots that keep log for the other side of this database, standing ones and those of copies under way.
 * A slot that nobody reads from keeps all log since, until the disk is full and the server stops: better none of it
 * (https://www.postgresql.org/docs/current/view-pg-replication-slots.html).
 *
 * Cost: one statement over statistics.
 */
export async function slotWatch(
  publisher: Session,
  limits: SlotLimits,
  signal: AbortSignal,
): Promise<SlotReport[]> {
  const rows = await publisher.query<{ [K in keyof Slot]-?: Slot[K] | null }>(signal, SLOTS);
  return rows.map(({ walStatus, safeBytes, inactiveSince, ...row }) => {
    const slot = {
      ...row,
      walStatus: walStatus ?? undefined,
      safeBytes: safeBytes ?? undefined,
      inactiveSince: inactiveSince ?? undefined,
    } as Slot;
    return { ...slot, ...judgeSlot(slot, limits) };
  });
}

/** Decides on one slot. */
export function judgeSlot(slot: Slot, limits: SlotLimits): Pick<SlotReport, "verdict" | "reason"> {
  const { name, walStatus, retainedBytes, safeBytes, isActive } = slot;
  const reader = isActive ? "" : ", and nobody reads from it";
  if (walStatus === "lost") {
    return { verdict: "stop", reason: `slot ${name} is lost: the server has removed log that it needed` };
  }
  const kept = `slot ${name} keeps ${mebibytes(retainedBytes)} MiB of log${reader}`;
  if (retainedBytes >= limits.stopBytes) {
    return { verdict: "stop", reason: `${kept}; the limit is ${mebibytes(limits.stopBytes)} MiB` };
  }
  if (walStatus === "unreserved") {
    return { verdict: "warn", reason: `${kept}; the server is about to remove it (max_slot_wal_keep_size)` };
  }
  if (retainedBytes >= limits.warnBytes) {
    return { verdict: "warn", reason: `${kept}; it is stopped at ${mebibytes(limits.stopBytes)} MiB` };
  }
  if (safeBytes !== undefined && safeBytes < limits.warnBytes && retainedBytes > safeBytes) {
    return { verdict: "warn", reason: `${kept}; the server gives it up in ${mebibytes(safeBytes)} MiB` };
  }
  return { verdict: "ok" };
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/**
 * Watches once, and drops what has to go. Returns what was found; the `stop` among it does not stand any more.
 * Not for a target that is the writer, unless the way back is to be given up.
 */
export async function stopInTime(
  publisher: Session,
  limits: SlotLimits,
  signal: AbortSignal,
): Promise<SlotReport[]> {
  const reports = await slotWatch(publisher, limits, signal);
  const stopped = reports.filter(({ verdict }) => verdict === "stop").map(({ name }) => name);
  if (stopped.length > 0) await dropSlots(publisher, stopped, signal);
  return reports;
}
