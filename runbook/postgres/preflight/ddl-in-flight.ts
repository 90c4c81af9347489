import { OF_APPLICATION } from "../catalog";
import type { Kind } from "./kind";
import { SOMEBODY, WHO } from "./transactions";

/**
 * Locks that only changes of the schema take (and LOCK TABLE, TRUNCATE, VACUUM FULL), on objects that others can see.
 * Something new cannot be seen yet, but the schema it is made in is locked against being dropped
 * (https://www.postgresql.org/docs/current/explicit-locking.html).
 */
const IN_FLIGHT = `
SELECT DISTINCT ${WHO} AS who, a.pid,
       CASE WHEN c.oid IS NULL THEN format('schema %I', n.nspname) ELSE format('%I.%I', n.nspname, c.relname) END AS what
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_class c ON l.locktype = 'relation' AND c.oid = l.relation
  JOIN pg_namespace n ON n.oid = CASE WHEN l.locktype = 'object' AND l.classid = 'pg_namespace'::regclass THEN l.objid ELSE c.relnamespace END
 WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND ${OF_APPLICATION} AND ${SOMEBODY}
   AND (c.oid IS NULL OR l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'))
 ORDER BY what`;

/** A change that is committed after this look is on one side alone, and without a gate. */
export const ddlInFlight: Kind = {
  id: "ddl-in-flight",
  title: "Nobody is changing the schema",
  async find({ on, writer, phase, signal }) {
    const rows = await on[writer].query<{ who: string; pid: number; what: string }>(signal, IN_FLIGHT);
    return rows.map(({ who, pid, what }) => ({
      severity: phase === "switch" ? "blocks" : "warns",
      side: writer,
      found: `${who} on the ${writer} is changing ${what}`,
      expected: "no migration under way, and none begun before the end",
      fix: { sql: `SELECT pg_terminate_backend(${pid})`, on: writer, by: "the operator, or let it end" },
    }));
  },
};
