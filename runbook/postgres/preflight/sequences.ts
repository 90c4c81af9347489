import { NOT_OF_EXTENSION, OF_APPLICATION } from "../catalog";
import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

/** `nextval` needs USAGE; to read a position SELECT, to set one UPDATE (https://www.postgresql.org/docs/current/functions-sequence.html). */
const UNREACHABLE = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, quote_ident(pg_get_userbyid(c.relowner)) AS owner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION}
   AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT') AND has_sequence_privilege(c.oid, 'UPDATE'))
 ORDER BY 1`;

/** Replication leaves them where they are: the switch reads their positions on one side and sets them on the other. */
export const sequences: Kind = {
  id: "sequences",
  title: "Every sequence can be read and set",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) =>
      (await on[side].query<{ quoted: string; owner: string }>(signal, UNREACHABLE)).map(
        ({ quoted, owner }) => ({
          severity: "blocks",
          side,
          found: `the operator cannot read and set sequence ${quoted} on the ${side}`,
          expected: "SELECT and UPDATE on it: the next number of the other side follows from it",
          fix: {
            sql: `GRANT SELECT, UPDATE ON SEQUENCE ${quoted} TO ${server[side].operator}`,
            on: side,
            by: `its owner, ${owner}`,
          },
        }),
      ),
    ),
};
