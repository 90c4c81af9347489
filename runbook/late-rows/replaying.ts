import { DatabaseError } from "pg";
import type { Session } from "../postgres/session";
import type { Arrivals } from "./arrivals";
import { brokenReferences, type Refused } from "./references";
import { fromOf, isWanted, type RecordedTable } from "./recorded-table";
import { moveSequences } from "./sequences";
import type { LateSides } from "./sides";
import { ON_BOTH_SIDES } from "./sorting";

/** How long a row that the application is writing on the target is waited for, in milliseconds. */
const LOCK_TIMEOUT = 5_000;

/**
 * Writes late rows on the target, in one transaction: all of them are there, with what refers to what, or none is. The
 * application's triggers rest, as what they did on the source comes along; references are looked at instead.
 *
 * A row that cannot be written, or that the application has written meanwhile, is left alone, and with it those that refer
 * to it: everything is taken back to before it and done again without them, until nothing more is in the way.
 *
 * @throws Error when the operator may not have triggers rest, or the application holds a row for longer than 5 s; then nothing
 *   was written
 */
export async function writeLateRows(
  sides: LateSides,
  { completeBefore }: Arrivals,
  signal: AbortSignal,
): Promise<void> {
  const { target } = sides.on;
  await target.query(signal, "BEGIN");
  try {
    await target.query(signal, `SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
    await restTriggers(target, signal);
    await target.query(signal, "SAVEPOINT before");
    for (;;) {
      const refused = [
        ...(await writeAll(sides, signal)),
        ...(await brokenReferences(target, sides.tables, signal)),
        ...(await writtenMeanwhile(target, signal)),
      ];
      if (refused.length === 0) break;
      await target.query(signal, "ROLLBACK TO before");
      await target.query(
        signal,
        "UPDATE late l SET why = r.why FROM unnest($1::integer[], $2::text[]) AS r (n, why) WHERE l.n = r.n",
        [refused.map(({ n }) => n), refused.map(({ why }) => why)],
      );
    }
    await target.query(signal, DONE.replaceAll("$before", `'${BigInt(completeBefore)}'::xid8`));
    await moveSequences(sides, signal);
    await target.query(signal, "COMMIT");
  } catch (error) {
    if (!target.lost) await target.query(signal, "ROLLBACK");
    if (!isInUse(error)) throw error;
    throw new Error(
      `the application holds rows on the target that are late, for longer than ${LOCK_TIMEOUT} ms: nothing was written; run it again`,
      { cause: error },
    );
  }
}

/** SQLSTATE lock_not_available or deadlock_detected. */
const isInUse = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === "55P03" || error.code === "40P01");

/**
 * What has been dealt with: all of the source up to a moment. What the snapshot brought of the source's entries goes, so
 * that the target's record is its own.
 */
const DONE = `
DELETE FROM relocate.written w USING arrived a WHERE a.entry = w.entry;
DELETE FROM relocate.settled WHERE xid < $before;
INSERT INTO relocate.settled SELECT a.entry, a.xid FROM arrived a
 WHERE a.xid >= $before AND NOT EXISTS (SELECT FROM relocate.settled s WHERE s.entry = a.entry);
UPDATE relocate.record SET done_before = $before;
DELETE FROM relocate.conflict;
INSERT INTO relocate.conflict SELECT relation, key, why FROM late WHERE why IS NOT NULL`;

/** @throws Error with the grant that is lacking */
export async function restTriggers(target: Session, signal: AbortSignal): Promise<void> {
  const [operator] = await target.query<{ name: string }>(signal, "SELECT quote_ident(current_user) AS name");
  try {
    await target.query(signal, "SET LOCAL session_replication_role = replica");
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "42501")) throw error;
    throw new Error(
      "the operator may not let the target's triggers rest while rows are replayed: " +
        `GRANT SET ON PARAMETER session_replication_role TO ${operator?.name} (on RDS rds_superuser may)`,
      { cause: error },
    );
  }
}

/** Removes what the target has of late rows, all tables, then writes what the source has: so rows may swap unique values. */
async function writeAll({ on, tables }: LateSides, signal: AbortSignal): Promise<Refused[]> {
  for (const table of tables.values()) {
    await on.target.query(
      signal,
      `DELETE FROM ${fromOf(table)} t USING late wanted
        WHERE wanted.relation = $1 AND wanted.why IS NULL AND wanted.here IS NOT NULL AND ${isWanted(table)}`,
      [table.quoted],
    );
  }
  const refused: Refused[] = [];
  for (const table of tables.values()) refused.push(...(await insert(on.target, table, signal)));
  return refused;
}

/** All at once, and one by one where some cannot be written. */
async function insert(target: Session, table: RecordedTable, signal: AbortSignal): Promise<Refused[]> {
  await target.query(signal, "SAVEPOINT inserting");
  try {
    await target.query(signal, insertion(table, "l.relation = $1"), [table.quoted]);
    await target.query(signal, "RELEASE inserting");
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await target.query(signal, "ROLLBACK TO inserting");
  }
  const rows = await target.query<{ n: number }>(
    signal,
    "SELECT n FROM late WHERE relation = $1 AND why IS NULL AND value IS NOT NULL ORDER BY n",
    [table.quoted],
  );
  const refused: Refused[] = [];
  for (const { n } of rows) {
    await target.query(signal, "SAVEPOINT inserting_one");
    try {
      await target.query(signal, insertion(table, "l.n = $1"), [n]);
      await target.query(signal, "RELEASE inserting_one");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await target.query(signal, "ROLLBACK TO inserting_one");
      refused.push({ n, why: `the target cannot take it: ${error.message}` });
    }
  }
  return refused;
}

/** SQLSTATE class 23: a constraint of the target's is in the way. */
const isRefusal = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && (error.code?.startsWith("23") ?? false);

function insertion({ quoted, key, columns }: RecordedTable, which: string): string {
  const written = columns.filter(({ isGenerated }) => !isGenerated).map(({ name }) => name);
  const [row, copies] =
    key.length > 0
      ? ["l.value", ""]
      : ["(l.key::text[])[1]", "CROSS JOIN LATERAL generate_series(1, l.value::bigint) copies"];
  if (written.length === 0)
    return `INSERT INTO ${quoted} SELECT FROM late l ${copies} WHERE ${which} AND l.why IS NULL AND l.value IS NOT NULL`;
  return `INSERT INTO ${quoted} (${written.join(", ")}) OVERRIDING SYSTEM VALUE
            SELECT ${written.map((name) => `(x.r).${name}`).join(", ")}
              FROM (SELECT (${row})::${quoted} AS r FROM late l ${copies}
                     WHERE ${which} AND l.why IS NULL AND l.value IS NOT NULL OFFSET 0) x`;
}

/** Rows that the application has written on the target since that was looked at: it may have had to be waited for. */
async function writtenMeanwhile(target: Session, signal: AbortSignal): Promise<Refused[]> {
  const rows = await target.query<{ n: number }>(
    signal,
    `SELECT l.n FROM late l WHERE l.why IS NULL AND EXISTS
       (SELECT FROM relocate.written w WHERE w.relation = l.relation AND w.key::text = l.key
           AND NOT EXISTS (SELECT FROM arrived a WHERE a.entry = w.entry))`,
  );
  return rows.map(({ n }) => ({ n, why: ON_BOTH_SIDES }));
}
