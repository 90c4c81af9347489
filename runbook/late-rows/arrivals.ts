import { escapeLiteral } from "pg";
import type { Session } from "../postgres/session";
import type { LateSides } from "./sides";
import { fromOf, isWanted, rowText, type RecordedTable } from "./recorded-table";

/** Entries of the record that are carried by one statement. */
const ENTRIES = 5_000;
/** Rows that are: each as long as it is, and all of them in this process's memory at once. */
const ROWS = 1_000;

/**
 * Of the target's session alone, gone with it: whoever is killed leaves nothing behind.
 *
 * `arrived`: entries of the source's record. `late`: what they come to, a row of the source each: `value` is what the source
 * has of it by now, `here` what the target has, NULL for nothing: the row's text, or how often it is there where rows have
 * no key.
 */
const TABLES = `
CREATE TEMP TABLE arrived (entry uuid NOT NULL, relation text NOT NULL, key text, xid xid8 NOT NULL, at timestamptz NOT NULL,
                           known boolean NOT NULL DEFAULT false);
CREATE TEMP TABLE late (n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, relation text NOT NULL, key text NOT NULL,
                        first_at timestamptz, last_at timestamptz, value text, here text, why text);
CREATE TEMP TABLE own (relation text NOT NULL, key text)`;

/** How far the source's record has been read. */
export interface Arrivals {
  /** Every transaction before it has been read. */
  readonly completeBefore: string;
}

/**
 * Carries what the target lacks of the source's record, and the rows themselves, to the target's session: all of one
 * moment of the source. Changes nothing that lasts.
 */
export async function carryArrivals(sides: LateSides, signal: AbortSignal): Promise<Arrivals> {
  const { source, target } = sides.on;
  await target.query(signal, TABLES);
  const [done] = await target.query<{ before: string }>(
    signal,
    "SELECT done_before::text AS before FROM relocate.record",
  );
  await source.query(signal, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  try {
    const [moment] = await source.query<{ before: string }>(
      signal,
      "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS before",
    );
    await carryEntries(sides, done?.before ?? "0", signal);
    await target.query(signal, SORTED_OUT);
    for (const table of sides.tables.values()) await carryRows(sides, table, signal);
    return { completeBefore: moment?.before ?? "0" };
  } finally {
    if (!source.lost) await source.query(signal, "COMMIT");
  }
}

async function carryEntries({ on }: LateSides, doneBefore: string, signal: AbortSignal): Promise<void> {
  await on.source.query(
    signal,
    `DECLARE entries NO SCROLL CURSOR FOR
       SELECT entry::text, relation, key::text, xid::text, at::text FROM relocate.written WHERE xid >= ${escapeLiteral(doneBefore)}`,
  );
  for (;;) {
    const rows = await on.source.query<Record<"entry" | "relation" | "key" | "xid" | "at", string>>(
      signal,
      `FETCH ${ENTRIES} FROM entries`,
    );
    if (rows.length === 0) return;
    await on.target.query(
      signal,
      `INSERT INTO arrived (entry, relation, key, xid, at)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::xid8[], $5::timestamptz[])`,
      [
        rows.map(({ entry }) => entry),
        rows.map(({ relation }) => relation),
        rows.map(({ key }) => key),
        rows.map(({ xid }) => xid),
        rows.map(({ at }) => at),
      ],
    );
  }
}

/**
 * What the target's record holds as well was there at the snapshot; what it holds alone was written there since. A TRUNCATE
 * on either side leaves no keys behind, so nothing can be said of what it took.
 */
const SORTED_OUT = `
ANALYZE arrived;
UPDATE arrived a SET known = true
 WHERE EXISTS (SELECT FROM relocate.written w WHERE w.entry = a.entry)
    OR EXISTS (SELECT FROM relocate.settled s WHERE s.entry = a.entry);
INSERT INTO own SELECT DISTINCT relation, key::text FROM relocate.written w
                 WHERE NOT EXISTS (SELECT FROM arrived a WHERE a.entry = w.entry);
INSERT INTO late (relation, key, first_at, last_at)
  SELECT relation, coalesce(key, ''), min(at), max(at)
    FROM (SELECT relation, key, at FROM arrived WHERE NOT known
          UNION ALL SELECT relation, key, NULL FROM relocate.conflict) entries
   GROUP BY 1, 2;
UPDATE late l SET why = 'the table was emptied by TRUNCATE on the '
                        || CASE WHEN emptied.on_source THEN 'source' ELSE 'target' END || ' after the snapshot'
  FROM (SELECT relation, bool_or(on_source) AS on_source
          FROM (SELECT relation, true AS on_source FROM late WHERE key = '' UNION ALL SELECT relation, false FROM own WHERE key IS NULL) e
         GROUP BY 1) emptied
 WHERE emptied.relation = l.relation;
ANALYZE late; ANALYZE own`;

/** What both sides have by now of the rows of one table. */
async function carryRows({ on }: LateSides, table: RecordedTable, signal: AbortSignal): Promise<void> {
  for (let after = 0; ;) {
    const wanted = await on.target.query<{ n: number; key: string }>(
      signal,
      `SELECT n, key FROM late WHERE relation = $1 AND key <> '' AND n > $2 ORDER BY n LIMIT ${ROWS}`,
      [table.quoted, after],
    );
    const last = wanted.at(-1);
    if (!last) return;
    after = last.n;
    const [there, here] = await Promise.all([
      valuesOf(on.source, table, wanted, signal),
      valuesOf(on.target, table, wanted, signal),
    ]);
    await on.target.query(
      signal,
      `UPDATE late l SET value = found.value, here = found.here
         FROM unnest($1::integer[], $2::text[], $3::text[]) AS found (n, value, here) WHERE l.n = found.n`,
      [wanted.map(({ n }) => n), ...[there, here].map((values) => wanted.map(({ n }) => values.get(n)))],
    );
  }
}

async function valuesOf(
  session: Session,
  table: RecordedTable,
  wanted: readonly { readonly n: number; readonly key: string }[],
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const value = table.key.length > 0 ? `min(${rowText(table, "t")})` : "count(*)::text";
  const rows = await session.query<{ n: number; value: string }>(
    signal,
    `SELECT wanted.n, ${value} AS value FROM unnest($1::integer[], $2::text[]) AS wanted (n, key)
       JOIN ${fromOf(table)} t ON ${isWanted(table)} GROUP BY 1`,
    [wanted.map(({ n }) => n), wanted.map(({ key }) => key)],
  );
  return new Map(rows.map(({ n, value: found }) => [n, found]));
}
