/**
 * The strict fence: besides its gate, the roles of the application lose their right to log in, so that not even one that
 * owns its tables, and could turn a gate's trigger off, gets to them. They have it again where the gate opens.
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
    EXECUTE format('ALTER ROLE %I LOGIN', name);
  END LOOP;
END $$;`;
