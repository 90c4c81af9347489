import type { Side } from "../side";
import type { Table } from "./catalog";

/** What both sides hold of the application's schema. */
export interface Twins {
  readonly tables: Readonly<Record<Side, readonly Table[]>>;
  readonly sequences: Readonly<Record<Side, readonly string[]>>;
}

/**
 * Says where the two schemas differ in what a switch rests on: replication stops at a table or column that is not
 * there, a sequence that is missing cannot be set, and a right that is missing shows only after the switch.
 */
export function twinFindings({ tables, sequences }: Twins): string[] {
  const findings: string[] = [];
  const targets = new Map(tables.target.map((table) => [table.quoted, table]));
  for (const source of tables.source) {
    const target = targets.get(source.quoted);
    targets.delete(source.quoted);
    if (!target) {
      findings.push(
        `table ${source.quoted} is missing on the target: run the application's migrations there`,
      );
      continue;
    }
    findings.push(
      ...differences(`table ${source.quoted}: column`, source.shape, target.shape),
      ...differences(`table ${source.quoted}: right`, source.rights, target.rights),
    );
  }
  for (const table of targets.keys()) {
    findings.push(`table ${table} is on the target alone: drop it there, or create it on the source`);
  }
  return [...findings, ...differences("sequence", sequences.source, sequences.target)];
}

function differences(what: string, source: readonly string[], target: readonly string[]): string[] {
  const missing = (from: readonly string[], on: readonly string[], side: Side): string[] =>
    from
      .filter((one) => !on.includes(one))
      .map((one) => `${what} ${one} is missing on the ${side}: make both sides equal`);
  return [...missing(source, target, "target"), ...missing(target, source, "source")];
}
