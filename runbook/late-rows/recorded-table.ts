import { KEY_OF_ROWS, NOT_OF_EXTENSION, OF_APPLICATION } from "../postgres/catalog";
import type { Session } from "../postgres/session";

/** A column, quoted, and its type, ready for a cast. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly isGenerated: boolean;
}

/** A table of one side, as its late rows are recorded and replayed. */
export interface RecordedTable {
  /** Quoted and qualified. */
  readonly quoted: string;
  /** The partitioned table above it all, quoted: under its name rows are recorded. @default - it is no partition */
  readonly root: string | null;
  readonly isPartitioned: boolean;
  /** In their own order, which is that of a row's text. */
  readonly columns: readonly Column[];
  /** The primary key, or else a unique index without nulls; empty without either. */
  readonly key: readonly Omit<Column, "isGenerated">[];
  /** Every write leaves its key in the record. */
  readonly isRecorded: boolean;
  /** Why its late rows could not be told. @default - they can */
  readonly fault: string | null;
}

/** Names of the record's triggers begin with it. */
export const TRIGGER = "relocate_written";

const TABLES = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, c.relkind = 'p' AS "isPartitioned",
       (SELECT format('%I.%I', rn.nspname, r.relname) FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
         WHERE c.relispartition AND r.oid = pg_partition_root(c.oid)) AS root,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, -1),
                 'isGenerated', a.attgenerated <> '') ORDER BY a.attnum), '[]')
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, -1))
                 ORDER BY k.place), '[]')
          FROM unnest(i.indkey) WITH ORDINALITY k (attnum, place) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE k.place <= i.indnkeyatts) AS key,
       (SELECT count(*) = 4 FROM pg_trigger t
         WHERE t.tgrelid = c.oid AND t.tgname LIKE '${TRIGGER}\\_%' AND t.tgenabled IN ('O', 'A')) AS "isRecorded",
       CASE WHEN EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid OR h.inhrelid = c.oid)
                 AND c.relkind = 'r' AND NOT c.relispartition THEN 'it inherits, or is inherited from'
            WHEN i.indkey IS NULL AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attgenerated <> '')
                 THEN 'it has generated columns and no key: give it a primary key'
            WHEN NOT pg_has_role(c.relowner, 'USAGE')
                 THEN format('it belongs to %I: GRANT %1$I TO %I', pg_get_userbyid(c.relowner), current_user)
            WHEN c.relrowsecurity AND c.relforcerowsecurity
                 AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
                 THEN format('row security hides rows of it: ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', n.nspname, c.relname)
        END AS fault
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN ${KEY_OF_ROWS} i ON true
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION}
 ORDER BY 1`;

/** The application's tables on one side, partitions included. */
export const readRecordedTables = (session: Session, signal: AbortSignal): Promise<RecordedTable[]> =>
  session.query<{ [K in keyof RecordedTable]: RecordedTable[K] }>(signal, TABLES);

/** The text of a row of `alias`, which a cast to the table's own type reads again. */
export const rowText = ({ columns }: RecordedTable, alias: string): string =>
  `ROW(${columns.map(({ name }) => `${alias}.${name}`).join(", ")})::text`;

/** What a row of `alias` is recorded by: its key's values, or the whole row where there is no key. As SQL, `text[]`. */
export function identityOf(table: RecordedTable, alias: string): string {
  const { key } = table;
  const values = key.length > 0 ? key.map(({ name }) => `${alias}.${name}::text`) : [rowText(table, alias)];
  return `ARRAY[${values.join(", ")}]`;
}

/** Joins a table `t` with `wanted.key`, the text of what {@link identityOf} makes; through the key's index where there is one. */
export function isWanted(table: RecordedTable): string {
  const value = (place: number): string => `(wanted.key::text[])[${place + 1}]`;
  if (table.key.length === 0) return `${rowText(table, "t")} = ${value(0)}`;
  return table.key.map(({ name, type }, place) => `t.${name} = ${value(place)}::${type}`).join(" AND ");
}

/** What comes after FROM: a table without those that inherit from it, or a partitioned one with its partitions. */
export const fromOf = ({ quoted, isPartitioned }: RecordedTable): string =>
  `${isPartitioned ? "" : "ONLY "}${quoted}`;
