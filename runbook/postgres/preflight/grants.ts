import { otherSide, type Side } from "../../side";
import { OF_APPLICATION } from "../catalog";
import type { Session } from "../session";
import type { Kind } from "./kind";
import { bySide } from "./survey";

interface Right {
  role: string;
  /** What is given on what, such as `INSERT ON TABLE shop.orders`. */
  what: string;
}

/** Effective rights, however they came about: of the role itself, of one it is a member of, or of everybody. */
const RIGHTS = `
SELECT quote_ident(r.rolname) AS role, given.what
  FROM pg_roles r, LATERAL (
    SELECT format('%s ON SCHEMA %I', privilege, n.nspname) AS what
      FROM pg_namespace n, unnest('{USAGE,CREATE}'::text[]) privilege
     WHERE ${OF_APPLICATION} AND n.nspname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, privilege)
    UNION ALL
    SELECT format('%s ON TABLE %I.%I', privilege, n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) privilege
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND has_table_privilege(r.oid, c.oid, privilege)
    UNION ALL
    SELECT format('%s (%I) ON TABLE %I.%I', acl.privilege_type, a.attname, n.nspname, c.relname)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) acl
     WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND ${OF_APPLICATION}
       AND CASE WHEN acl.grantee = 0 THEN true ELSE pg_has_role(r.oid, acl.grantee, 'USAGE') END
    UNION ALL
    SELECT format('%s ON SEQUENCE %I.%I', privilege, n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest('{USAGE,SELECT,UPDATE}'::text[]) privilege
     WHERE c.relkind = 'S' AND c.relpersistence = 'p' AND ${OF_APPLICATION}
       AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(r.oid, c.oid, privilege) END
    UNION ALL
    SELECT format('EXECUTE ON %s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname,
                  pg_get_function_identity_arguments(p.oid))
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE ${OF_APPLICATION} AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
  ) given
 WHERE r.rolname = ANY ($1) ORDER BY 1, 2`;

/** A right that is missing shows only after the switch. */
export const grants: Kind = {
  id: "grants",
  title: "The application has the same rights on both sides",
  async find({ pair, on, tables, writer, phase, signal }) {
    // `start` brings them along with the schema.
    if (phase === "start" && tables.target.length === 0) return [];
    const roles = [...pair.applicationRoles];
    const rights = await bySide((side) => rightsOf(on[side], roles, signal));
    const closed = otherSide(writer);
    const known = new Set(rights[closed].map(({ role }) => role));
    const missing = (of: Side, from: Side): Right[] => {
      const there = new Set(rights[from].map(keyOf));
      return rights[of].filter((right) => !there.has(keyOf(right)));
    };
    return [
      ...missing(writer, closed).map(({ role, what }) => ({
        // Before the start the role itself may be missing there.
        severity: known.has(role) || phase === "switch" ? ("blocks" as const) : ("warns" as const),
        side: closed,
        found: `right ${role}: ${what} is missing on the ${closed}`,
        expected: `the rights that it has on the ${writer}`,
        fix: { sql: `GRANT ${what} TO ${role}`, on: closed, by: "the owner" },
      })),
      ...missing(closed, writer).map(({ role, what }) => ({
        severity: "warns" as const,
        side: closed,
        found: `right ${role}: ${what} is on the ${closed} alone`,
        expected: `the rights that it has on the ${writer}, and no others`,
        fix: { sql: `REVOKE ${what} FROM ${role}`, on: closed, by: "the owner" },
      })),
    ];
  },
};

const keyOf = ({ role, what }: Right): string => `${role} ${what}`;

const rightsOf = (session: Session, roles: string[], signal: AbortSignal): Promise<Right[]> =>
  session.query<{ role: string; what: string }>(signal, RIGHTS, [roles]);
