import type { Session } from "./session";

/** What the runbook puts into a database. */
export type TraceKind = "subscription" | "slot" | "publication" | "gate" | "schema";

/** Each with the statement that removes it, which is what a dry run tells. */
const TRACES = `
SELECT 'subscription' AS kind, format('DROP SUBSCRIPTION %I', subname) AS removal FROM pg_subscription
 WHERE subname LIKE 'relocate\\_to\\_%' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'slot', format('SELECT pg_drop_replication_slot(%L)', slot_name) FROM pg_replication_slots
 WHERE slot_name LIKE 'relocate\\_to\\_%' AND database = current_database()
UNION ALL
SELECT 'publication', 'DROP PUBLICATION relocate' FROM pg_publication WHERE pubname = 'relocate'
UNION ALL
SELECT 'gate', format('DROP TRIGGER relocate_gate ON %I.%I', n.nspname, c.relname)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE t.tgname = 'relocate_gate' AND NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'schema', 'DROP SCHEMA relocate CASCADE' FROM pg_namespace WHERE nspname = 'relocate'
ORDER BY 1, 2`;

/** Statements that would remove what there is of some kinds. Changes nothing. */
export async function removalsOf(
  session: Session,
  kinds: readonly TraceKind[],
  signal: AbortSignal,
): Promise<string[]> {
  const traces = await session.query<{ kind: TraceKind; removal: string }>(signal, TRACES);
  return traces.filter(({ kind }) => kinds.includes(kind)).map(({ removal }) => removal);
}
