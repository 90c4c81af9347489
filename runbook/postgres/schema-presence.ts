import { escapeIdentifier } from "pg";
import type { Side } from "../side";
import { createSchema } from "./schema";
import type { Session } from "./session";
import { UNBAR } from "./strict-fence";

/** Whether the side has its gate. */
export async function hasSchema(session: Session, signal: AbortSignal): Promise<boolean> {
  const [row] = await session.query<{ present: boolean }>(
    signal,
    "SELECT to_regclass('relocate.gate') IS NOT NULL AS present",
  );
  return row?.present ?? false;
}

/**
 * Makes or renews the schema `relocate` on a side. On a target that is not the writer the application is turned read-only
 * and its sessions are sent away, so that they look for the writer elsewhere; also when a run was cut off before that.
 */
export async function installSchema(
  session: Session,
  side: Side,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await session.query(signal, createSchema(side));
  if (side === "source") return;
  const [gate] = await session.query<{ open: boolean }>(signal, "SELECT open FROM relocate.gate");
  if (gate?.open || (await areReadOnly(session, roles, signal))) return;
  for (const role of roles) await session.query(signal, await readOnly(session, role, "SET", signal));
  await session.query(
    signal,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY ($1)",
    [roles],
  );
}

/**
 * Removes the schema and what it set for the application's roles, all of it or nothing. Its triggers and publications must
 * be gone. On the source the roles stay as read-only as they are; logging in they may again on both sides.
 */
export async function dropSchema(
  session: Session,
  side: Side,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (side === "target") await resetRoles(session, roles, signal);
  await session.query(signal, `${UNBAR}; DROP SCHEMA IF EXISTS relocate CASCADE`);
}

/** Whether this is a source that was left for good: nothing of the runbook is there, and the application stays read-only. */
export async function isLeftForGood(
  source: Session,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (roles.length === 0 || (await hasSchema(source, signal))) return false;
  return areReadOnly(source, roles, signal);
}

/** Whether the application's roles are read-only in this database, which they stay on a source that was left for good. */
export async function areReadOnly(
  session: Session,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const [row] = await session.query<{ count: number }>(
    signal,
    `SELECT count(*)::integer AS count FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
      WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND r.rolname = ANY ($1) AND 'default_transaction_read_only=on' = ANY (s.setconfig)`,
    [roles],
  );
  return row?.count === roles.length;
}

async function readOnly(
  session: Session,
  role: string,
  verb: "SET" | "RESET",
  signal: AbortSignal,
): Promise<string> {
  const [row] = await session.query<{ name: string }>(signal, "SELECT current_database() AS name");
  const value = verb === "SET" ? " = on" : "";
  return `ALTER ROLE ${escapeIdentifier(role)} IN DATABASE ${escapeIdentifier(row?.name ?? "")} ${verb} default_transaction_read_only${value}`;
}

async function resetRoles(session: Session, roles: readonly string[], signal: AbortSignal): Promise<void> {
  const rows = await session.query<{ rolname: string }>(
    signal,
    "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
    [roles],
  );
  for (const { rolname: role } of rows)
    await session.query(signal, await readOnly(session, role, "RESET", signal));
}
