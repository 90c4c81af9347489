import { otherSide, type Side } from "../../side";
import { OF_APPLICATION } from "../catalog";
import type { Session } from "../session";
import type { Kind } from "./kind";
import { bySide } from "./survey";

interface Right {
  /** Quoted. */
  role: string;
  /** Such as `INSERT`, or `REFERENCES (id)`. */
  privilege: string;
  /** Such as `TABLE`. */
  kind: string;
  /** Quoted and qualified. */
  name: string;
}

/** Effective rights, however they came about: of the role itself, of one it is a member of, or of everybody. */
const RIGHTS = `
SELECT quote_ident(r.rolname) AS role, given.*
  FROM pg_roles r, LATERAL (
    SELECT privilege, 'SCHEMA' AS kind, format('%I', n.nspname) AS name
      FROM pg_namespace n, unnest('{USAGE,CREATE}'::text[]) privilege
     WHERE ${OF_APPLICATION} AND n.nspname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, privilege)
    UNION ALL
    SELECT privilege, 'TABLE', format('%I.%I', n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) privilege
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND has_table_privilege(r.oid, c.oid, privilege)
    UNION ALL
    SELECT format('%s (%I)', acl.privilege_type, a.attname), 'TABLE', format('%I.%I', n.nspname, c.relname)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) acl
     WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND ${OF_APPLICATION}
       AND CASE WHEN acl.grantee = 0 THEN true ELSE pg_has_role(r.oid, acl.grantee, 'USAGE') END
    UNION ALL
    SELECT privilege, 'SEQUENCE', format('%I.%I', n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest('{USAGE,SELECT,UPDATE}'::text[]) privilege
     WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${OF_APPLICATION}
       AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(r.oid, c.oid, privilege) END
    UNION ALL
    SELECT 'EXECUTE', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE ${OF_APPLICATION} AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
  ) given
 WHERE r.rolname = ANY ($1) ORDER BY 1, 3, 4, 2`;

/** Those of the rights whose object is there: what a whole object lacks, its twin tells. */
const PRESENT = `
SELECT i - 1 AS index FROM unnest($1::text[], $2::text[]) WITH ORDINALITY o (kind, name, i)
 WHERE CASE WHEN kind = 'SCHEMA' THEN to_regnamespace(name) IS NOT NULL WHEN kind IN ('TABLE', 'SEQUENCE') THEN to_regclass(name) IS NOT NULL
            ELSE to_regprocedure(name) IS NOT NULL END`;

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
    const surplus = await presentOn(on[writer], missing(closed, writer), signal);
    return [
      ...missing(writer, closed).map((right) => ({
        // Before the start the role itself may be missing there.
        severity: known.has(right.role) || phase === "switch" ? ("blocks" as const) : ("warns" as const),
        side: closed,
        found: `right ${right.role}: ${whatOf(right)} is missing on the ${closed}`,
        expected: `the rights that it has on the ${writer}`,
        fix: { sql: `GRANT ${whatOf(right)} TO ${right.role}`, on: closed, by: "the owner" },
      })),
      ...surplus.map((right) => ({
        severity: "warns" as const,
        side: closed,
        found: `right ${right.role}: ${whatOf(right)} is on the ${closed} alone`,
        expected: `the rights that it has on the ${writer}, and no others`,
        fix: { sql: `REVOKE ${whatOf(right)} FROM ${right.role}`, on: closed, by: "the owner" },
      })),
    ];
  },
};

const whatOf = ({ privilege, kind, name }: Right): string => `${privilege} ON ${kind} ${name}`;

const keyOf = (right: Right): string => `${right.role} ${whatOf(right)}`;

const rightsOf = (session: Session, roles: string[], signal: AbortSignal): Promise<Right[]> =>
  session.query<{ [K in keyof Right]: Right[K] }>(signal, RIGHTS, [roles]);

async function presentOn(session: Session, rights: readonly Right[], signal: AbortSignal): Promise<Right[]> {
  const rows = await session.query<{ index: string }>(signal, PRESENT, [
    rights.map(({ kind }) => kind),
    rights.map(({ name }) => name),
  ]);
  return rows.map(({ index }) => rights[Number(index)] as Right);
}
