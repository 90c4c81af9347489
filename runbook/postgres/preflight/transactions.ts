import { APPLICATION_NAME } from "../session";
import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

/** Who is in a transaction of this database, other than the runbook, replication and autovacuum; `a` is pg_stat_activity. */
export const SOMEBODY = `a.datname = current_database() AND a.pid <> pg_backend_pid()
   AND a.backend_type NOT IN ('autovacuum worker', 'walsender') AND a.backend_type NOT LIKE 'logical replication %'
   AND NOT (a.usename = session_user AND a.application_name = '${APPLICATION_NAME}')`;

/** Names a session so that it can be found. */
export const WHO =
  "format('process %s of role %s (%s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no application name'))";

/** What waits for transactions to end: the fence, and CREATE SUBSCRIPTION at the side whose rows are copied. */
export const longTransactions: Kind = {
  id: "long-transactions",
  title: "No transaction is open for long",
  async find({ on, writer, phase, patience, signal }) {
    const rows = await on[writer].query<{ who: string; pid: number }>(
      signal,
      `SELECT ${WHO} AS who, a.pid FROM pg_stat_activity a
        WHERE a.xact_start < clock_timestamp() - $1::interval AND ${SOMEBODY} ORDER BY a.xact_start`,
      [`${patience} milliseconds`],
    );
    return rows.map(({ who, pid }) => ({
      severity: phase === "switch" ? "blocks" : "warns",
      side: writer,
      found: `${who} on the ${writer} is in a transaction since more than ${patience} ms`,
      expected:
        phase === "switch"
          ? "none older than the fence would wait for"
          : "none that keeps the start of replication waiting",
      fix: { sql: `SELECT pg_terminate_backend(${pid})`, on: writer, by: "the operator, or let it commit" },
    }));
  },
};

/** One that is prepared belongs to no session: it can commit after every fence. */
export const preparedTransactions: Kind = {
  id: "prepared-transactions",
  title: "No prepared transaction is pending",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) => {
      const rows = await on[side].query<{ gid: string; literal: string; owner: string }>(
        signal,
        `SELECT gid, quote_literal(gid) AS literal, quote_ident(owner) AS owner
           FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared`,
      );
      return rows.map(({ gid, literal, owner }) => ({
        severity: "blocks",
        side,
        found: `prepared transaction ${gid} is pending on the ${side}`,
        expected: "none: it could commit after the fence",
        fix: { sql: `ROLLBACK PREPARED ${literal}`, on: side, by: `role ${owner}; or COMMIT PREPARED` },
      }));
    }),
};

/** Where they are switched on, the application may use them, and the fence refuses one that it meets. */
export const preparing: Kind = {
  id: "preparing",
  title: "The application prepares no transactions",
  async find({ on, writer, signal }) {
    const [row] = await on[writer].query<{ most: number }>(
      signal,
      "SELECT current_setting('max_prepared_transactions')::integer AS most",
    );
    if (!row || row.most === 0) return [];
    return [
      {
        severity: "note",
        side: writer,
        found: `the ${writer} lets ${row.most} transactions be prepared (max_prepared_transactions)`,
        expected: "0 where nobody uses two-phase commit: one that is pending at the fence ends the switch",
        fix: { action: "have whoever coordinates such transactions pause for the switch" },
      },
    ];
  },
};
