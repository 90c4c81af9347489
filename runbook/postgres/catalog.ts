import type { Session } from "./session";

/** A table of the application: plain, partitioned or a partition. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Quoted and qualified, ready for SQL. */
  readonly quoted: string;
  readonly isPartitioned: boolean;
  readonly isPartition: boolean;
  readonly isUnlogged: boolean;
  /** An UPDATE or DELETE tells the subscriber which row it means. Partitioned tables leave that to their partitions. */
  readonly hasIdentity: boolean;
  /** Names of the columns, quoted, in order of name. */
  readonly columns: readonly string[];
  /** The same with their types, such as `id bigint`. */
  readonly shape: readonly string[];
  /** Names of the primary key's columns, quoted; empty without one. */
  readonly key: readonly string[];
  /** Rights of the application roles, such as `web:INSERT`. */
  readonly rights: readonly string[];
  /** Quoted. */
  readonly owner: string;
  /** The operator has the owner's rights and may become it: it can put triggers and publish, and what it subscribes to is applied. */
  readonly isOurs: boolean;
  /** Row security holds for the owner too: the copy would leave rows out without a word, and nothing could be applied. */
  readonly hidesRows: boolean;
  /** The application's triggers that fire for replicated rows as well. */
  readonly replicaTriggers: readonly string[];
  /** State of the gate's trigger. @default - there is none */
  readonly gate?: "enabled" | "disabled";
  /** In the publication `relocate`. */
  readonly isPublished: boolean;
}

/** Schemas that are not the application's, as a condition on `n`. */
export const OF_APPLICATION = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'relocate')
       AND n.nspname !~ '^pg_(toast|temp)'`;

/** What an extension brings belongs to the extension: it is made by CREATE EXTENSION on either side. */
export const NOT_OF_EXTENSION = `NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/**
 * The index that tells rows of `c` apart, for a join: the primary key, or else one that replication could use as an
 * identity: whole, unique, immediate, without nulls.
 */
export const KEY_OF_ROWS = `LATERAL (SELECT x.indkey, x.indnkeyatts FROM pg_index x
                      WHERE x.indrelid = c.oid AND x.indisunique AND x.indimmediate AND x.indisvalid
                        AND x.indpred IS NULL AND x.indexprs IS NULL
                        AND NOT EXISTS (SELECT FROM unnest(x.indkey) WITH ORDINALITY k (attnum, place)
                                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                                         WHERE k.place <= x.indnkeyatts AND NOT a.attnotnull)
                      ORDER BY x.indisprimary DESC, x.indexrelid::regclass::text LIMIT 1)`;

/**
 * `tgenabled` O or A: fires for ordinary sessions; A or R: for replication. Columns are those that exist now. A key
 * that is deferrable identifies no row for replication. The membership SET is known from PostgreSQL 16 on.
 */
const TABLES = `
SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted,
       c.relkind = 'p' AS "isPartitioned", c.relispartition AS "isPartition", c.relpersistence = 'u' AS "isUnlogged",
       c.relkind = 'p' OR c.relreplident = 'f'
         OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indimmediate
                       AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)
         AS "hasIdentity",
       (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attname), '{}')
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT coalesce(array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attname), '{}')
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS shape,
       (SELECT coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attname), '{}')
          FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
       (SELECT coalesce(array_agg(role || ':' || privilege ORDER BY role, privilege), '{}')
          FROM unnest($1::text[]) role JOIN pg_roles r ON r.rolname = role,
               unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) privilege
         WHERE has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_table_privilege(r.oid, c.oid, privilege)) AS rights,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner,
       pg_has_role(c.relowner, 'USAGE')
         AND CASE WHEN current_setting('server_version_num')::integer < 160000 THEN true
                  ELSE pg_has_role(c.relowner, 'SET') END AS "isOurs",
       c.relrowsecurity AND c.relforcerowsecurity
         AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS "hidesRows",
       (SELECT coalesce(array_agg(quote_ident(t.tgname) ORDER BY t.tgname), '{}')
          FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('A', 'R')
           AND t.tgname <> 'relocate_gate') AS "replicaTriggers",
       (SELECT CASE WHEN t.tgenabled IN ('O', 'A') THEN 'enabled' ELSE 'disabled' END
          FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'relocate_gate') AS gate,
       EXISTS (SELECT FROM pg_publication_rel pr JOIN pg_publication p ON p.oid = pr.prpubid
                WHERE pr.prrelid = c.oid AND p.pubname = 'relocate') AS "isPublished"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${NOT_OF_EXTENSION}
 ORDER BY 1, 2`;

/** The application's tables on one side. */
export async function readTables(
  session: Session,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<Table[]> {
  const rows = await session.query<{ [K in keyof Table]: Table[K] | null }>(signal, TABLES, [roles]);
  return rows.map((row) => ({ ...row, gate: row.gate ?? undefined }) as Table);
}

/** Tables that are published by name: a partitioned one stands for its partitions. */
export const publishable = (tables: readonly Table[]): Table[] =>
  tables.filter((table) => !table.isPartition);
