import { changeInUse } from "./locks";
import type { Session } from "./session";
import type { Table } from "./catalog";

/**
 * Puts the gate before every table, one table a transaction, so that never two are locked. Ordinary triggers do not
 * fire for what replication applies: that passes a closed gate.
 */
export async function installGates(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<void> {
  for (const { quoted, gate } of tables) {
    if (gate === "enabled") continue;
    // Neither keeps readers waiting, as dropping one to make it anew would; version 13 knows no CREATE OR REPLACE TRIGGER.
    const sql = gate
      ? `ALTER TABLE ${quoted} ENABLE TRIGGER relocate_gate`
      : `CREATE TRIGGER relocate_gate BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${quoted}
           FOR EACH STATEMENT EXECUTE FUNCTION relocate.check_gate()`;
    await changeInUse(session, sql, signal);
  }
}

/** Takes the gates away again, one table a transaction. */
export async function removeGates(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<void> {
  for (const { quoted, gate } of tables) {
    if (gate) await changeInUse(session, `DROP TRIGGER IF EXISTS relocate_gate ON ${quoted}`, signal);
  }
}
