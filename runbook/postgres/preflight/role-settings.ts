import { otherSide } from "../../side";
import type { Session } from "../session";
import type { Kind, Sighting } from "./kind";
import { bySide, superuserOf } from "./survey";

/** Something about a role, or about the database, that a statement gives to another. */
interface Trait {
  /** Whose it is, quoted; the database's own without one. */
  role: string | null;
  /** Which it is: two of one name differ by their value. */
  name: string;
  value: string;
  sql: string;
}

/** Settings whose value is a list are written as it stands; all others in quotes, as pg_dump does. */
const LISTS = "'search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces'";

/** `default_transaction_read_only` is the fence's. The attributes that RDS does not let anybody give are left out. */
const TRAITS = `
WITH ours AS (SELECT * FROM pg_roles WHERE rolname = ANY ($1)),
     here AS (SELECT oid, datname FROM pg_database WHERE datname = current_database())
SELECT quote_ident(r.rolname) AS role, format('member of %I', g.rolname) AS name, '' AS value,
       CASE WHEN g.rolname ~ '^(pg_|rds_)' THEN '' ELSE format('DO $$ BEGIN CREATE ROLE %I; EXCEPTION WHEN duplicate_object THEN NULL; END $$;' || E'\\n', g.rolname) END
       || format('GRANT %I TO %I', g.rolname, r.rolname) AS sql
  FROM ours r JOIN pg_auth_members m ON m.member = r.oid JOIN pg_roles g ON g.oid = m.roleid
UNION
SELECT quote_ident(r.rolname), 'attribute ' || name, value, format('ALTER ROLE %I %s', r.rolname, sql)
  FROM ours r, LATERAL (VALUES
       ('INHERIT', r.rolinherit::text, CASE WHEN r.rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END),
       ('BYPASSRLS', r.rolbypassrls::text, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END),
       ('CONNECTION LIMIT', r.rolconnlimit::text, format('CONNECTION LIMIT %s', r.rolconnlimit))) a (name, value, sql)
UNION
SELECT quote_ident(r.rolname), 'setting ' || split_part(setting, '=', 1) || CASE WHEN s.setdatabase = 0 THEN '' ELSE ' in this database' END,
       substr(setting, strpos(setting, '=') + 1),
       format('ALTER %s SET %s = %s',
              CASE WHEN r.oid IS NULL THEN format('DATABASE %I', here.datname)
                   WHEN s.setdatabase = 0 THEN format('ROLE %I', r.rolname)
                   ELSE format('ROLE %I IN DATABASE %I', r.rolname, here.datname) END,
              split_part(setting, '=', 1),
              CASE WHEN split_part(setting, '=', 1) IN (${LISTS}) THEN substr(setting, strpos(setting, '=') + 1)
                   ELSE quote_literal(substr(setting, strpos(setting, '=') + 1)) END)
  FROM here, pg_db_role_setting s LEFT JOIN ours r ON r.oid = s.setrole, unnest(s.setconfig) setting
 WHERE s.setdatabase IN (0, here.oid) AND (r.oid IS NOT NULL OR s.setrole = 0 AND s.setdatabase = here.oid)
   AND split_part(setting, '=', 1) <> 'default_transaction_read_only'
 ORDER BY 1, 2`;

/** Memberships and settings decide what a session may do and how it runs; replication brings neither. */
export const roleSettings: Kind = {
  id: "role-settings",
  title: "The application's roles are alike on both sides",
  async find({ pair, on, server, writer, signal }) {
    const roles = [...pair.applicationRoles];
    const traits = await bySide((side) => traitsOf(on[side], roles, signal));
    const closed = otherSide(writer);
    const there = new Map(traits[closed].map((trait) => [keyOf(trait), trait.value]));
    // One that is not there yet is made by `start`.
    const known = new Set(traits[closed].map(({ role }) => role));
    return traits[writer].flatMap((trait): Sighting[] => {
      const { role, name, value, sql } = trait;
      if (there.get(keyOf(trait)) === value || (role !== null && !known.has(role))) return [];
      const whose = role === null ? "the database" : `role ${role}`;
      return [
        {
          severity: name.startsWith("member") ? "blocks" : "warns",
          side: closed,
          found: `${whose} has not ${name}${value === "" ? "" : ` ${value}`} on the ${closed}`,
          expected: `what it has on the ${writer}`,
          fix: { sql, on: closed, by: superuserOf(server[closed]) },
        },
      ];
    });
  },
};

const keyOf = ({ role, name }: Trait): string => `${role} ${name}`;

const traitsOf = (session: Session, roles: string[], signal: AbortSignal): Promise<Trait[]> =>
  session.query<{ [K in keyof Trait]: Trait[K] }>(signal, TRAITS, [roles]);
