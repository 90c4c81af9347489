import { compareDatabase, type TableComparison } from "../runbook/postgres/compare";
import type { World } from "../runbook/world";

/** How the sides compare, all databases together. */
export interface SidesCompared {
  /** Rows of the source, all tables. */
  readonly rows: number;
  /** A line for each table that is not equal. */
  readonly differences: readonly string[];
}

/** Compares every table of every database of both sides, while they are written to. */
export async function compareSides(world: World, signal: AbortSignal): Promise<SidesCompared> {
  const compared = await Promise.all(world.databases.map((pair) => compareDatabase(pair, signal)));
  return {
    rows: compared.reduce((sum, { rows }) => sum + rows, 0),
    differences: compared.flatMap(({ database, tables }) =>
      tables.filter(isUnequal).map((table) => `${database}: ${describe(table)}`),
    ),
  };
}

const isUnequal = ({ different, unsettled }: TableComparison) => different.length + unsettled.length > 0;

function describe({ table, rows, different, unsettled }: TableComparison): string {
  const counts = `${rows.source} rows on the source, ${rows.target} on the target`;
  const findings = [
    different.length > 0 ? `different: ${different.join(", ")}` : "",
    unsettled.length > 0 ? `written all the while: ${unsettled.join(", ")}` : "",
  ];
  return `${table}: ${counts}; ${findings.filter(Boolean).join("; ")}`;
}
