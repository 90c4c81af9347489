import type { Kind, Sighting } from "./kind";
import { changeable, onEachSide } from "./survey";

/** What a limit of the operator's does to replication, whose workers log in as the operator, on either end. */
const ENDS: Readonly<Record<string, string>> = {
  statement_timeout: "the copy of a table that takes longer",
  transaction_timeout: "the copy of a table, and whatever transaction takes longer to bring",
  idle_in_transaction_session_timeout: "the copy of a table, when the other side is slower to take it",
  lock_timeout: "a worker that waits for a lock",
};

/** The value that a new session of the operator's to this database begins with; the runbook's own set theirs to 0. */
const LIMITS = `
SELECT name, reset_val || coalesce(unit, '') AS value
  FROM pg_settings WHERE name = ANY ($1) AND reset_val::bigint > 0 ORDER BY 1`;

/**
 * Limits that a database, a role or the server sets for sessions hold for replication's workers, too: for a copy's statement at
 * the publisher, and, from PostgreSQL 17 on, for every transaction on both ends
 * (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT). They would try again, and never
 * come to an end.
 */
export const timeLimits: Kind = {
  id: "time-limits",
  title: "No limit of time ends a worker of replication",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const limits = await on[side].query<{ name: string; value: string }>(signal, LIMITS, [
        Object.keys(ENDS),
      ]);
      return limits.map(({ name, value }): Sighting => ({
        severity: name === "lock_timeout" ? "warns" : "blocks",
        side,
        found: `${name} is ${value} for the operator on the ${side}: it ends ${ENDS[name]}`,
        expected: "no limit for the operator; the application keeps its own",
        fix: {
          sql: `ALTER ROLE ${server[side].operator} IN DATABASE ${server[side].database} SET ${name} = 0`,
          on: side,
        },
      }));
    }),
};
