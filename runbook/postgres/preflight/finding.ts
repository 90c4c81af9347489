import type { Side } from "../../side";

/** `blocks`: the relocation would fail, or lose something. `warns`: it would hurt. `note`: to be known, nothing to be done first. */
export type Severity = "blocks" | "warns" | "note";

/** What makes a finding go away. */
export type Fix =
  | {
      /** Statements, one a line or block; each is run by itself, outside of a transaction. */
      readonly sql: string;
      /** The side it is run on. */
      readonly on: Side;
      /** Who may run it. @default - the operator */
      readonly by?: string;
      /** What it takes besides, such as a restart. @default - nothing */
      readonly then?: string;
    }
  | { readonly action: string };

/** Something about a database that stands in the way of its relocation, or should be known before it. */
export interface Finding {
  /** Its kind, such as `identity`; stable. */
  readonly id: string;
  readonly severity: Severity;
  /** Name that the workload gives the database. */
  readonly database: string;
  /** The side that it is about. */
  readonly side: Side;
  /** What was found, and where. */
  readonly found: string;
  readonly expected: string;
  readonly fix: Fix;
}

/** A finding in one line or more, without the database's name. */
export function describeFinding({ side, found, expected, fix }: Omit<Finding, "id" | "database">): string {
  return `${found}; expected: ${expected}. ${describeFix(fix, side)}`;
}

/** The fix alone: the SQL with who runs it where, or what to do. */
export function describeFix(fix: Fix, side: Side): string {
  if ("action" in fix) return `Fix: ${fix.action}`;
  const where = fix.on === side ? "" : ` on the ${fix.on}`;
  const who = fix.by === undefined ? "" : `, as ${fix.by}`;
  const then = fix.then === undefined ? "" : `, then ${fix.then}`;
  return `Fix${where}${who}: ${fix.sql}${then}`;
}

/** Those that stand in the way. */
export const blocking = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity === "blocks");
