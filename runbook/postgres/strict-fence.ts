import type { Session } from "./session";

/**
 * The strict fence: besides its gate, the roles of the application lose their right to log in, so that not even one that
 * owns its tables, and could turn a gate's trigger off, gets to them. Those that had it have it again where the gate opens, and
 * where the schema goes: nothing else remembers who had it.
 *
 * NOLOGIN is a property of the role on the whole server, for all its databases, and reads end with it too. A client with a
 * list of hosts does not go on to the next one where a login is refused
 * (https://www.postgresql.org/docs/current/libpq-connect.html, "Specifying Multiple Hosts").
 */
export const STRICT_FENCE = `
CREATE TABLE IF NOT EXISTS relocate.barred (role text PRIMARY KEY);

CREATE OR REPLACE PROCEDURE relocate.bar(p_roles text[])
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT rolname FROM pg_roles WHERE rolname = ANY (p_roles) AND rolcanlogin ORDER BY 1 LOOP
    EXECUTE format('ALTER ROLE %I NOLOGIN', name);
    INSERT INTO relocate.barred VALUES (name) ON CONFLICT DO NOTHING;
  END LOOP;
END $$;

CREATE OR REPLACE PROCEDURE relocate.unbar()
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOR name IN DELETE FROM relocate.barred RETURNING role LOOP
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('ALTER ROLE %I LOGIN', name);
    END IF;
  END LOOP;
END $$;`;

/** Statement that lets in again whom a strict fence keeps out; for a schema of any release. */
export const UNBAR =
  "DO $$ BEGIN IF to_regprocedure('relocate.unbar()') IS NOT NULL THEN CALL relocate.unbar(); END IF; END $$";

/** Roles that a strict fence keeps out of a side now. */
export async function barredRoles(session: Session, signal: AbortSignal): Promise<string[]> {
  const [present] = await session.query(signal, "SELECT WHERE to_regclass('relocate.barred') IS NOT NULL");
  if (!present) return [];
  const barred = await session.query<{ role: string }>(signal, "SELECT role FROM relocate.barred");
  return barred.map(({ role }) => role);
}
