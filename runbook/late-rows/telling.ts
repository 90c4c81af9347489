import { conflictCount, lateCount, type LateRows } from "./result";

/** What is late, in words: a line for the database, one for each table, and those that are left alone. */
export function describeLateRows(found: LateRows): string {
  const { database, tables, conflicts, faults, minutes, acceptedLossMinutes, firstAt, lastAt } = found;
  const left = conflictCount(found);
  const many = lateCount(found);
  const when =
    firstAt === undefined
      ? ""
      : `, written between ${firstAt} and ${lastAt}: ${minutes.toFixed(1)} minutes, accepted ${acceptedLossMinutes}`;
  const shown = conflicts.map(({ table, key, why }) => `    left alone: ${table} ${key}: ${why}`);
  return [
    `${database}: ${many} rows of the source are not on the target${left > 0 ? `, ${left} are left alone` : ""}${when}`,
    ...tables
      .filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0)
      .map(
        ({ table, inserted, updated, deleted }) =>
          `  ${table}: ${inserted} inserted, ${updated} updated, ${deleted} deleted on the source`,
      ),
    ...shown,
    ...(left > shown.length ? [`    and ${left - shown.length} more`] : []),
    ...faults.map((fault) => `  cannot be told: ${fault}`),
  ].join("\n");
}

/** What a replay has left alone, without the rows' keys: they hold data, and the journal is for everybody. */
export const describeLeftAlone = ({ database, tables, faults }: LateRows): string[] => [
  ...tables
    .filter(({ conflicts }) => conflicts > 0)
    .map(({ table, conflicts }) => `${database}: ${table}: ${conflicts} rows`),
  ...faults.map((fault) => `${database}: ${fault}`),
];
