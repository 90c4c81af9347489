import { verifyTables } from "../runbook/verification/tables";
import type { TableVerification } from "../runbook/verification/result";
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
  const compared = await Promise.all(world.databases.map((pair) => verifyTables(pair, { signal })));
  return {
    rows: compared.reduce((sum, { rows }) => sum + rows, 0),
    differences: compared.flatMap(({ database, tables }) =>
      tables
        .filter(({ verdict }) => verdict !== "equal")
        .map((table) => `${database}: ${describeTable(table)}`),
    ),
  };
}

/** Rows that are named in a line. */
const MOST_NAMED = 10;

function describeTable({ table, rows, fault, differences, more, unsettled }: TableVerification): string {
  if (fault !== undefined) return `${table}: ${fault}`;
  const named = differences.slice(0, MOST_NAMED).map(({ key, kind }) => `${key} (${kind})`);
  const findings = [
    named.length > 0
      ? `different: ${named.join(", ")}${more || differences.length > MOST_NAMED ? " and more" : ""}`
      : "",
    unsettled.length > 0 ? `written all the while: ${unsettled.slice(0, MOST_NAMED).join(", ")}` : "",
  ];
  const counts = `${rows.source} rows on the source, ${rows.target} on the target`;
  return `${table}: ${counts}; ${findings.filter(Boolean).join("; ")}`;
}
