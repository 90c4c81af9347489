import type { Session } from "../session";
import type { Kind } from "./kind";

/**
 * Roles that the source's database knows: as owners, in rights, and in policies. Those that every server has are not
 * written down there (https://www.postgresql.org/docs/current/catalog-pg-shdepend.html).
 */
const KNOWN = `
SELECT DISTINCT r.rolname AS role, quote_ident(r.rolname) AS quoted
  FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
 WHERE d.refclassid = 'pg_authid'::regclass AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND r.rolname !~ '^(pg_|rds)' AND r.rolname <> current_user ORDER BY 1`;

/** Roles are a server's, not a database's: no copy of the schema brings them, and without them it is refused. */
export const roles: Kind = {
  id: "roles",
  title: "The roles of the source's objects are on the target",
  async find({ pair, on, server, signal }) {
    const known = await on.source.query<{ role: string; quoted: string }>(signal, KNOWN);
    const there = await rolesOf(on.target, signal);
    return (
      known
        // These are made by `start`, with their password.
        .filter(({ role }) => !there.has(role) && !pair.applicationRoles.includes(role))
        .map(({ role, quoted }) => ({
          severity: "blocks",
          side: "target",
          found: `role ${role}, which owns something on the source or has rights there, is missing on the target`,
          expected: "the same role, and an operator that is a member of it",
          fix: {
            sql: `CREATE ROLE ${quoted} NOLOGIN;\nGRANT ${quoted} TO ${server.target.operator}${server.target.version < 160_000 ? "" : " WITH INHERIT TRUE, SET TRUE"}`,
            on: "target",
          },
        }))
    );
  },
};

const rolesOf = async (session: Session, signal: AbortSignal): Promise<ReadonlySet<string>> =>
  new Set(
    (await session.query<{ role: string }>(signal, "SELECT rolname AS role FROM pg_roles")).map(
      ({ role }) => role,
    ),
  );
