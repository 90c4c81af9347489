import type { Side } from "../../../../runbook/side";

/** Something that is wrong with a database, and what is to be said of it. */
export interface Fault {
  readonly kind: string;
  readonly severity: "blocks" | "warns" | "note";
  readonly side: Side;
  /** SQL that brings it about, as a superuser; `{database}` stands for the database's name. */
  readonly by: Partial<Record<Side, string>>;
  /** SQL after which the source's roles are as they were. @default - the fix leaves them so */
  readonly after?: string;
  readonly found: string | RegExp;
  /** The fix's SQL. */
  readonly fix: string | RegExp;
  /** @default - start */
  readonly phase?: "start" | "switch";
}
