import { createHash } from "node:crypto";
import { escapeLiteral } from "pg";
import { changeInUse } from "../postgres/locks";
import type { Session } from "../postgres/session";
import { TEXT_SETTINGS } from "../verification/text-settings";
import { identityOf, readRecordedTables, TRIGGER, type RecordedTable } from "./recorded-table";

/**
 * What is kept in a database whose target comes from a snapshot.
 *
 * `record` has one row: its id tells a target that was restored from a snapshot of this source. `written` has a row for
 * each row that was written, under its table's name: its key as text, or NULL for a TRUNCATE. Whatever stood in it at the
 * snapshot is in the target's as well, so what one side's has and the other's has not was written after the snapshot, on that
 * side, exactly; transactions that were open at the snapshot included. It has no index: it is only ever added to, and read
 * as a whole.
 *
 * On the target alone: `done_before` and `settled` say which entries of the source have been dealt with, `conflict` which
 * rows were left alone.
 */
const SCHEMA = `
CREATE SCHEMA IF NOT EXISTS relocate;
CREATE TABLE IF NOT EXISTS relocate.record (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  id          uuid NOT NULL DEFAULT gen_random_uuid(),
  since       timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_before xid8 NOT NULL DEFAULT '0'
);
INSERT INTO relocate.record DEFAULT VALUES ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS relocate.written (
  entry    uuid NOT NULL DEFAULT gen_random_uuid(),
  relation text NOT NULL,
  key      text[],
  xid      xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at       timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE TABLE IF NOT EXISTS relocate.settled (entry uuid NOT NULL, xid xid8 NOT NULL);
CREATE TABLE IF NOT EXISTS relocate.conflict (relation text NOT NULL, key text NOT NULL, why text NOT NULL);`;

/** Whoever writes needs no right in the schema, and its own settings do not change how keys are written. */
function recorder(table: RecordedTable): string {
  const name = escapeLiteral(table.root ?? table.quoted);
  const settings = Object.entries(TEXT_SETTINGS).map(([setting, value]) => `SET ${setting} = '${value}'`);
  return `CREATE OR REPLACE FUNCTION relocate.${recorderName(table)}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' ${settings.join(" ")} AS $relocate$
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      INSERT INTO relocate.written (relation, key) SELECT ${name}, ${identityOf(table, "n")} FROM new_rows n;
    WHEN 'UPDATE' THEN
      INSERT INTO relocate.written (relation, key)
        SELECT ${name}, ${identityOf(table, "o")} FROM old_rows o UNION SELECT ${name}, ${identityOf(table, "n")} FROM new_rows n;
    WHEN 'DELETE' THEN
      INSERT INTO relocate.written (relation, key) SELECT ${name}, ${identityOf(table, "o")} FROM old_rows o;
    ELSE
      INSERT INTO relocate.written (relation) VALUES (${name});
  END CASE;
  RETURN NULL;
END $relocate$`;
}

/** The same for the same table, and not longer than a name may be. */
const recorderName = ({ quoted }: RecordedTable): string =>
  `record_${createHash("sha256").update(quoted).digest("hex").slice(0, 40)}`;

const EVENTS = [
  { name: "insert", rows: "REFERENCING NEW TABLE AS new_rows" },
  { name: "update", rows: "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows" },
  { name: "delete", rows: "REFERENCING OLD TABLE AS old_rows" },
  { name: "truncate", rows: "" },
] as const;

/** Statements that have a table's writes recorded, a trigger for each kind of write: each sees other rows. */
const triggers = (table: RecordedTable): string =>
  EVENTS.map(
    ({ name, rows }) => `DROP TRIGGER IF EXISTS ${TRIGGER}_${name} ON ${table.quoted};
       CREATE TRIGGER ${TRIGGER}_${name} AFTER ${name.toUpperCase()} ON ${table.quoted} ${rows}
         FOR EACH STATEMENT EXECUTE FUNCTION relocate.${recorderName(table)}()`,
  ).join(";\n");

/** Tables whose writes are not recorded yet. */
export const unrecorded = (tables: readonly RecordedTable[]): RecordedTable[] =>
  tables.filter(({ isRecorded }) => !isRecorded);

/**
 * Records from now on which rows are written on the source; idempotent. One table a transaction, so that never two are
 * locked.
 *
 * Cost: one more INSERT for each statement that writes, with a row for each row that it writes, until it is removed.
 */
export async function installRecord(source: Session, signal: AbortSignal): Promise<void> {
  await source.query(signal, SCHEMA);
  const tables = await readRecordedTables(source, signal);
  for (const table of tables) await source.query(signal, recorder(table));
  for (const table of unrecorded(tables)) await changeInUse(source, triggers(table), signal);
}

/** Whether the side has a record. */
export async function hasRecord(session: Session, signal: AbortSignal): Promise<boolean> {
  const [row] = await session.query<{ present: boolean }>(
    signal,
    "SELECT to_regclass('relocate.record') IS NOT NULL AS present",
  );
  return row?.present ?? false;
}

/** Removes the record with all it says; idempotent. One table a transaction. */
export async function removeRecord(session: Session, signal: AbortSignal): Promise<void> {
  const tables = await readRecordedTables(session, signal);
  for (const { quoted } of tables) {
    const drops = EVENTS.map(({ name }) => `DROP TRIGGER IF EXISTS ${TRIGGER}_${name} ON ${quoted}`);
    if (await hasRecord(session, signal)) await changeInUse(session, drops.join("; "), signal);
  }
  await session.query(signal, "DROP SCHEMA IF EXISTS relocate CASCADE");
}
