import { escapeLiteral } from "pg";
import type { LateConflict, LateRows, LateTable } from "./result";
import type { RecordedTable } from "./recorded-table";
import type { LateSides } from "./sides";

/** Conflicts that are named of a database. */
const MOST_NAMED = 100;
const MINUTE = 60_000;

/** Why a row is left alone that both sides have written, each in its own way. */
export const ON_BOTH_SIDES = "written on both sides after the snapshot";

/** Why a row is left alone whose table has changed, or came later: once that is mended it is looked at again. */
const UNTELLABLE = "its table cannot be told";

/**
 * Sorts out what arrived: rows that both sides have alike are not late, and rows that the target has written too are left
 * alone. What remains without a reason is to be replayed.
 */
export async function sortLateRows({ on, tables }: LateSides, signal: AbortSignal): Promise<void> {
  const known = [[...tables.keys()]];
  await on.target.query(signal, "UPDATE late SET why = $2 WHERE why IS NULL AND relation <> ALL ($1)", [
    ...known,
    UNTELLABLE,
  ]);
  await on.target.query(
    signal,
    "DELETE FROM late WHERE key <> '' AND relation = ANY ($1) AND value IS NOT DISTINCT FROM here",
    known,
  );
  await on.target.query(
    signal,
    `UPDATE late l SET why = $1 WHERE why IS NULL AND EXISTS (SELECT FROM own o WHERE o.relation = l.relation AND o.key = l.key)`,
    [ON_BOTH_SIDES],
  );
}

/** Rows that the last replay has left alone are not late, but left alone: only another replay finds out whether they still would be. */
export async function recallConflicts({ on }: LateSides, signal: AbortSignal): Promise<void> {
  await on.target.query(
    signal,
    `UPDATE late l SET why = c.why FROM relocate.conflict c
      WHERE l.why IS NULL AND c.relation = l.relation AND c.key = l.key AND c.why <> $1`,
    [UNTELLABLE],
  );
}

/** What is late now, by table. */
export async function tellLateRows(sides: LateSides, signal: AbortSignal): Promise<LateRows> {
  const { target } = sides.on;
  const tables = await target.query<LateTable & { first: Date | null; last: Date | null }>(
    signal,
    `SELECT relation AS table, count(*) FILTER (WHERE why IS NULL AND here IS NULL)::integer AS inserted,
            count(*) FILTER (WHERE why IS NULL AND value IS NOT NULL AND here IS NOT NULL)::integer AS updated,
            count(*) FILTER (WHERE why IS NULL AND value IS NULL)::integer AS deleted,
            count(why)::integer AS conflicts, min(first_at) AS first, max(last_at) AS last
       FROM late GROUP BY 1 ORDER BY 1`,
  );
  const times = (of: readonly (Date | null)[]): number[] => of.flatMap((time) => time?.getTime() ?? []);
  const first = Math.min(...times(tables.map((table) => table.first)));
  const last = Math.max(...times(tables.map((table) => table.last)));
  const isAny = last >= first;
  return {
    database: sides.pair.name,
    acceptedLossMinutes: sides.pair.acceptedLossMinutes,
    minutes: isAny ? (last - first) / MINUTE : 0,
    firstAt: isAny ? new Date(first).toISOString() : undefined,
    lastAt: isAny ? new Date(last).toISOString() : undefined,
    tables: tables.map(({ table, inserted, updated, deleted, conflicts }) => ({
      ...{ table, inserted, updated, deleted, conflicts },
    })),
    conflicts: await conflictsOf(sides, signal),
    faults: sides.faults,
  };
}

async function conflictsOf({ on, tables }: LateSides, signal: AbortSignal): Promise<LateConflict[]> {
  const found: LateConflict[] = [];
  const relations = await on.target.query<{ relation: string }>(
    signal,
    "SELECT DISTINCT relation FROM late WHERE why IS NOT NULL ORDER BY 1",
  );
  for (const { relation } of relations) {
    const rows = await on.target.query<{ key: string; why: string }>(
      signal,
      `SELECT CASE WHEN l.key = '' THEN 'all rows' ELSE ${conditionOf(tables.get(relation))} END AS key, why
         FROM late l WHERE relation = $1 AND why IS NOT NULL ORDER BY n LIMIT ${MOST_NAMED - found.length}`,
      [relation],
    );
    found.push(...rows.map((row) => ({ table: relation, ...row })));
  }
  return found;
}

/** A row in words: its key as a condition, or a digest where it has none. As SQL. */
function conditionOf(table: RecordedTable | undefined): string {
  if (!table || table.key.length === 0) return "'a row with digest ' || md5(l.key)";
  const names = table.key.map(({ name }) => escapeLiteral(name)).join(", ");
  return `(SELECT string_agg(format('%s = %L', name, of_row), ' AND ' ORDER BY place)
             FROM unnest(ARRAY[${names}], l.key::text[]) WITH ORDINALITY AS k (name, of_row, place))`;
}
