import { readTables } from "../postgres/catalog";
import type { Session } from "../postgres/session";

/** What a restored database was found to hold. */
export interface RestoredCount {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Reads a restored database whole: every table that the live one has, row by row. It is older than the live one, so
 * numbers of rows may differ; that a table is missing, or cannot be read, is a fault, and so is one that is empty while
 * the live one has more rows than are written between two backups.
 *
 * Cost: one reading of every table of the restored database; of the live one its statistics alone.
 *
 * @throws Error that lists every table that is missing, or suspiciously empty
 */
export async function countRows(
  live: Session,
  restored: Session,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<RestoredCount> {
  const [wanted, there] = await Promise.all([
    readTables(live, [...roles], signal),
    readTables(restored, [...roles], signal),
  ]);
  const plain = wanted.filter(({ isPartitioned, isUnlogged }) => !isPartitioned && !isUnlogged);
  const known = new Set(there.map(({ quoted }) => quoted));
  const faults = plain
    .filter(({ quoted }) => !known.has(quoted))
    .map(
      ({ quoted }) =>
        `${quoted}: not in the backup; it may be younger than that: drill again after the next one`,
    );
  let rows = 0;
  for (const { quoted } of plain.filter((table) => known.has(table.quoted))) {
    const [counted] = await restored.query<{ rows: number }>(
      signal,
      `SELECT count(*)::float8 AS rows FROM ${quoted}`,
    );
    const found = counted?.rows ?? 0;
    rows += found;
    if (found > 0) continue;
    const [estimated] = await live.query<{ rows: number }>(
      signal,
      "SELECT greatest(reltuples, 0)::float8 AS rows FROM pg_class WHERE oid = $1::regclass",
      [quoted],
    );
    if ((estimated?.rows ?? 0) >= MANY)
      faults.push(`${quoted}: empty in the backup, about ${estimated?.rows} rows in the live database`);
  }
  if (faults.length > 0)
    throw new Error(["the backup does not hold what it should:", ...faults].join("\n  "));
  return { tables: plain.length, rows };
}

/** Rows that are not written between two backups to a table that was empty. */
const MANY = 1_000;
