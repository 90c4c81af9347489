import type { Side } from "../side";
import type { Session } from "./session";

/**
 * Memberships that are not inherited give no rights: since PostgreSQL 16 whoever makes a role is such a member of it
 * (https://www.postgresql.org/docs/current/role-membership.html).
 */
const RIGHTS = `
SELECT current_user AS operator,
       pg_has_role('pg_read_all_stats', 'USAGE') AS sees,
       (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS alters,
       pg_has_role('pg_signal_backend', 'USAGE')
         OR (SELECT coalesce(bool_and(pg_has_role(oid, 'USAGE')), true) FROM pg_roles WHERE rolname = ANY ($1)) AS ends`;

/** What the operator may not do on a side though the fence rests on it, each finding with its fix. */
export async function rightsFindings(
  side: Side,
  session: Session,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const [row] = await session.query<{ operator: string; sees: boolean; alters: boolean; ends: boolean }>(
    signal,
    RIGHTS,
    [roles],
  );
  if (!row) throw new Error(`the ${side} does not say what the operator may do`);
  const findings: string[] = [];
  if (!row.sees) {
    findings.push(
      `the operator cannot see other sessions' transactions on the ${side}, so the fence could not wait for them: GRANT pg_monitor TO ${row.operator}`,
    );
  }
  if (!row.ends) {
    findings.push(
      `the operator cannot end the application's sessions on the ${side}: GRANT pg_signal_backend TO ${row.operator}`,
    );
  }
  if (!row.alters) {
    findings.push(
      `the operator cannot turn the application's roles read-only on the ${side}: ALTER ROLE ${row.operator} CREATEROLE`,
    );
  }
  return findings;
}
