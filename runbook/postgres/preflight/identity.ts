import type { Side } from "../../side";
import { NOT_OF_EXTENSION, OF_APPLICATION } from "../catalog";
import type { Session } from "../session";
import type { Kind, Sighting } from "./kind";
import { changeable, onEachSide } from "./survey";

interface Keyless {
  quoted: string;
  isFull: boolean;
  isIndexed: boolean;
  /** Columns whose type has no equality, with it. */
  unequal: string[];
  /** The one with most different values, as far as statistics tell. */
  column: string | null;
}

/**
 * Tables whose changes name their row by all of its columns, or could only. A type has an equality for the apply
 * worker when it has a default operator class of btree or hash, its own or that of a type it is read as
 * (https://www.postgresql.org/docs/current/logical-replication-publication.html). A full identity is found by an index
 * from PostgreSQL 16 on, any btree that is not partial and leads with a column.
 */
const KEYLESS = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, c.relreplident = 'f' AS "isFull",
       EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] <> 0 AND m.amname = 'btree')
         AS "isIndexed",
       (SELECT coalesce(array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum), '{}')
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND b.typtype = 'b'
           AND NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                            WHERE o.opcdefault AND m.amname IN ('btree', 'hash')
                              AND (o.opcintype = b.oid OR EXISTS (SELECT FROM pg_cast k
                                    WHERE k.castsource = b.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b' AND k.castcontext = 'i'))))
         AS unequal,
       (SELECT quote_ident(a.attname) FROM pg_attribute a JOIN pg_opclass o ON o.opcintype = a.atttypid AND o.opcdefault
          JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
          LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * greatest(c.reltuples, 1) ELSE coalesce(s.n_distinct, 0) END DESC, a.attnum
         LIMIT 1) AS column
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION}
   AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indimmediate
                      AND CASE c.relreplident WHEN 'i' THEN i.indisreplident WHEN 'n' THEN false ELSE i.indisprimary END)
 ORDER BY 1`;

/** Once a table is published, UPDATE and DELETE fail on it unless it says how a row is named. */
export const identity: Kind = {
  id: "identity",
  title: "Every table says which row it means",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) =>
      (await keylessTables(on[side], signal)).flatMap((table) =>
        keylessFindings(side, table, server[side].version),
      ),
    ),
};

const keylessTables = (session: Session, signal: AbortSignal): Promise<Keyless[]> =>
  session.query<{ [K in keyof Keyless]: Keyless[K] }>(signal, KEYLESS);

function keylessFindings(side: Side, table: Keyless, version: number): Sighting[] {
  const { quoted, isFull, isIndexed, unequal, column } = table;
  if (unequal.length > 0) {
    return [
      {
        severity: "blocks",
        side,
        found:
          `table ${quoted} on the ${side} has no primary key, or a deferrable one, and cannot be told by its columns: ` +
          `${unequal.join(", ")} cannot be compared, so the first UPDATE or DELETE would stop replication`,
        expected: "a primary key that is not deferrable",
        fix: {
          sql: `ALTER TABLE ${quoted} ADD COLUMN relocate_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
          on: side,
          by: "the operator; it writes the table anew under a lock, so rather a key of its own columns",
        },
      },
    ];
  }
  if (!isFull) {
    return [
      {
        severity: "blocks",
        side,
        found: `table ${quoted} on the ${side} has no primary key, or a deferrable one: once it is published, UPDATE and DELETE would fail`,
        expected: "a primary key that is not deferrable, or REPLICA IDENTITY FULL on both sides",
        fix: {
          sql: `ALTER TABLE ${quoted} REPLICA IDENTITY FULL`,
          on: side,
          ...(isIndexed ? {} : { then: "give it an index, or each UPDATE and DELETE reads all of it" }),
        },
      },
    ];
  }
  const usesIndex = version >= 160_000;
  if ((isIndexed && usesIndex) || column === null) return [];
  return [
    {
      severity: "warns",
      side,
      found: `table ${quoted} on the ${side} has REPLICA IDENTITY FULL and no ${usesIndex ? "index" : "primary key"}: each UPDATE or DELETE that is replicated to it reads the whole table (11 ms a row were measured at 200,000 rows, 0.08 ms with an index)`,
      expected: usesIndex
        ? "an index that leads with a selective column, on both sides"
        : "a primary key: PostgreSQL before 16 finds such a row by no other index",
      fix: usesIndex
        ? { sql: `CREATE INDEX CONCURRENTLY ON ${quoted} (${column})`, on: side }
        : { action: `give ${quoted} a primary key on both sides` },
    },
  ];
}
