import { publishable, type Table } from "./catalog";
import type { Session } from "./session";

/** Whether the publication holds the marker and exactly these tables. */
export async function isPublished(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<boolean> {
  const [marker] = await session.query(
    signal,
    `SELECT FROM pg_publication_tables
      WHERE pubname = 'relocate' AND schemaname = 'relocate' AND tablename = 'marker'`,
  );
  return marker !== undefined && publishable(tables).every((table) => table.isPublished);
}

/**
 * Publishes the application's tables and the marker by name: "all tables" is for superusers, and would carry the gate
 * itself. The marker must be there from the first row on, since it is what proves all others.
 */
export async function publish(
  session: Session,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<void> {
  const names = [...publishable(tables).map(({ quoted }) => `ONLY ${quoted}`), "relocate.marker"].join(", ");
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
