import { escapeIdentifier } from "pg";
import type { DatabasePair } from "../world";
import type { Session } from "./session";
import { slotName, subscriptionName } from "./subscription";

/** What an abort leaves on a target that it could not reach, as the SQL that removes it there, by the operator. */
export function remainsOnTarget({ databaseName, applicationRoles, strictFence }: DatabasePair): string[] {
  const forward = subscriptionName("target");
  return [
    `ALTER SUBSCRIPTION ${forward} DISABLE`,
    `ALTER SUBSCRIPTION ${forward} SET (slot_name = NONE)`,
    `DROP SUBSCRIPTION ${forward}`,
    `SELECT pg_drop_replication_slot('${slotName("source", databaseName)}')`,
    "DROP PUBLICATION IF EXISTS relocate",
    ...(strictFence ? ["CALL relocate.unbar()"] : []),
    "DROP SCHEMA IF EXISTS relocate CASCADE",
    ...applicationRoles.map(
      (role) =>
        `ALTER ROLE ${escapeIdentifier(role)} IN DATABASE ${escapeIdentifier(databaseName)} RESET default_transaction_read_only`,
    ),
  ];
}

/** By its name a slot of a copy does not tell whose copy it was; nobody uses these now. */
const COPY_SLOTS = `
SELECT slot_name FROM pg_replication_slots
 WHERE database = current_database() AND NOT active AND slot_name ~ '^pg_[0-9]+_sync_[0-9]+_[0-9]+$' ORDER BY 1`;

/** Slots of copies that came to no end: each holds back the source's WAL until somebody drops it. */
export async function remainsOnSource(source: Session, signal: AbortSignal): Promise<string[]> {
  const slots = await source.query<{ slot_name: string }>(signal, COPY_SLOTS);
  return slots.map(({ slot_name }) => `SELECT pg_drop_replication_slot('${slot_name}')`);
}
