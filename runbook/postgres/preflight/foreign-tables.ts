import { OF_APPLICATION } from "../catalog";
import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

const FOREIGN = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, s.srvname AS server,
       (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid AND c.relispartition) AS parent
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_foreign_server s ON s.oid = f.ftserver
 WHERE c.relkind = 'f' AND ${OF_APPLICATION} ORDER BY 1`;

/** The rows of a foreign table are another server's; as a partition it keeps its parent from being published. */
export const foreignTables: Kind = {
  id: "foreign-tables",
  title: "No table's rows live on another server",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) =>
      (await on[side].query<{ quoted: string; server: string; parent: string | null }>(signal, FOREIGN)).map(
        ({ quoted, server, parent }) => ({
          severity: parent === null ? "note" : "blocks",
          side,
          found: `table ${quoted} on the ${side} is a foreign one, of server ${server}${parent === null ? "" : `, and a partition of ${parent}, which cannot be replicated with it`}`,
          expected:
            parent === null
              ? "a server that the target reaches as well: its rows are not moved"
              : "partitions that hold their rows themselves",
          fix:
            parent === null
              ? { action: `see that the target reaches ${server}` }
              : { sql: `ALTER TABLE ${parent} DETACH PARTITION ${quoted}`, on: side },
        }),
      ),
    ),
};
