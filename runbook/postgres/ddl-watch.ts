import { nameOf } from "./catalog-differences";
import { readObjects, type ObjectKind } from "./catalog-objects";
import type { Session } from "./session";

/** One object of the schema that is not as it was when replication was started. */
export interface DdlChange {
  readonly kind: ObjectKind;
  /** Quoted and qualified. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
}

const TABLE = `
CREATE TABLE IF NOT EXISTS relocate.fingerprint (
  kind       text NOT NULL,
  name       text NOT NULL,
  definition text NOT NULL,
  PRIMARY KEY (kind, name)
)`;

/**
 * Notes the application's schema of one side in the runbook's own, to tell later what has changed. Replaces what was
 * noted before, in one transaction. The schema `relocate` must be there, and takes the note along when it goes.
 *
 * A note of the catalog, rather than an event trigger that reports each statement: see docs/decisions/016.
 */
export async function takeFingerprint(session: Session, signal: AbortSignal): Promise<void> {
  const objects = await readObjects(session, signal);
  await session.query(signal, TABLE);
  await session.query(
    signal,
    `WITH noted AS (
       INSERT INTO relocate.fingerprint
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT (kind, name) DO UPDATE SET definition = excluded.definition)
     DELETE FROM relocate.fingerprint
      WHERE (kind, name) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [
      objects.map(({ kind }) => kind),
      objects.map(({ name }) => name),
      objects.map(({ definition }) => definition),
    ],
  );
}

/** What has changed in the application's schema of one side since it was noted; nothing where it never was. */
export async function ddlSince(session: Session, signal: AbortSignal): Promise<DdlChange[]> {
  const [present] = await session.query(
    signal,
    "SELECT WHERE to_regclass('relocate.fingerprint') IS NOT NULL",
  );
  if (!present) return [];
  const [noted, objects] = await Promise.all([
    session.query<{ kind: ObjectKind; name: string; definition: string }>(
      signal,
      "SELECT kind, name, definition FROM relocate.fingerprint",
    ),
    readObjects(session, signal),
  ]);
  const before = new Map(noted.map((one) => [nameOf(one), one.definition]));
  const now = new Set(objects.map(nameOf));
  return [
    ...objects.flatMap(({ kind, name, definition }): DdlChange[] => {
      const was = before.get(nameOf({ kind, name }));
      if (was === definition) return [];
      return [{ kind, name, change: was === undefined ? "added" : "changed" }];
    }),
    ...noted
      .filter((one) => !now.has(nameOf(one)))
      .map(({ kind, name }): DdlChange => ({ kind, name, change: "removed" })),
  ];
}
