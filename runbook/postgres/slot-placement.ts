import type { Session } from "./session";
import { dropSlots } from "./subscription";

/** A slot that is to begin at exactly one position of its publisher's log. */
export interface Placement {
  /** Slot that was made before the position was known, and keeps everything from before it. */
  readonly seed: string;
  readonly slot: string;
  /** Position (LSN): what was committed before it is left out. */
  readonly position: string;
}

/**
 * Puts a slot at a position. An advanced slot is on disk only with the next checkpoint, and a crash of the publisher
 * before it would bring rows twice; a copy of it is on disk when it is made
 * (https://www.postgresql.org/docs/current/functions-admin.html, pg_replication_slot_advance). May be run again, until
 * somebody reads the slot.
 *
 * @throws Error when the seed is missing, lost or begins after the position
 */
export async function placeSlot(
  publisher: Session,
  { seed, slot, position }: Placement,
  signal: AbortSignal,
): Promise<void> {
  const places = await publisher.query<{ slot_name: string; distance: string; is_lost: boolean }>(
    signal,
    `SELECT slot_name, confirmed_flush_lsn - $2::pg_lsn AS distance, coalesce(wal_status = 'lost', false) AS is_lost
       FROM pg_replication_slots WHERE slot_name = ANY ($1)`,
    [[seed, slot], position],
  );
  const placeOf = (name: string) => places.find(({ slot_name }) => slot_name === name);
  // Placed by a run that was cut off, and read by nobody since: it stands exactly there.
  if (Number(placeOf(slot)?.distance) === 0) return;
  const sown = placeOf(seed);
  if (!sown || sown.is_lost || Number(sown.distance) > 0) {
    const state = sown?.is_lost ? "has lost its log" : sown ? "begins too late" : "is missing";
    throw new Error(
      `slot ${seed} ${state}: what its server has written since ${position} cannot be brought any more`,
    );
  }
  await dropSlots(publisher, [slot], signal);
  if (Number(sown.distance) < 0)
    await publisher.query(signal, "SELECT pg_replication_slot_advance($1, $2::pg_lsn)", [seed, position]);
  await publisher.query(signal, "SELECT pg_copy_logical_replication_slot($1, $2)", [seed, slot]);
}

/**
 * Makes the slot that keeps everything from now on, unless it is there. One that has lost its log keeps nothing, and one
 * that the session of a dead runbook is still making begins nobody knows when (version 13 never looks for its client):
 * they are made anew.
 */
export async function sowSlot(publisher: Session, seed: string, signal: AbortSignal): Promise<void> {
  const [known] = await publisher.query<{ keeps: boolean }>(
    signal,
    `SELECT confirmed_flush_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost' AS keeps
       FROM pg_replication_slots WHERE slot_name = $1`,
    [seed],
  );
  if (known?.keeps) return;
  if (known) await dropSlots(publisher, [seed], signal);
  await publisher.query(signal, "SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [seed]);
}
