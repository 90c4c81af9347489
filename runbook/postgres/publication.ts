import { publishable, type Table } from "./catalog";
import type { Session } from "./session";

/** Tables of the runbook that are replicated. */
export const OWN_TABLES = ["relocate.marker", "relocate.handover"] as const;

/** Whether the publication holds the runbook's own tables and exactly these. */
export async function isPublished(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<boolean> {
  const own = await session.query(
    signal,
    "SELECT FROM pg_publication_tables WHERE pubname = 'relocate' AND schemaname = 'relocate'",
  );
  return own.length === OWN_TABLES.length && publishable(tables).every((table) => table.isPublished);
}

/**
 * Publishes the application's tables and the runbook's by name: "all tables" is for superusers, and would carry the
 * gate itself. The marker must be there from the first row on, since it is what proves all others.
 */
export async function publish(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<void> {
  const names = [...publishable(tables).map(({ quoted }) => `ONLY ${quoted}`), ...OWN_TABLES].join(", ");
  const [existing] = await session.query(signal, "SELECT FROM pg_publication WHERE pubname = 'relocate'");
  await session.query(
    signal,
    existing
      ? `ALTER PUBLICATION relocate SET TABLE ${names}`
      : `CREATE PUBLICATION relocate FOR TABLE ${names}`,
  );
}

/** Ends the publication, if there is one. */
export async function unpublish(session: Session, signal: AbortSignal): Promise<void> {
  await session.query(signal, "DROP PUBLICATION IF EXISTS relocate");
}
