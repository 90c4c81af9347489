import { KEY_OF_ROWS, readTables } from "../postgres/catalog";
import { login } from "../postgres/sessions";
import type { Side } from "../side";
import type { DatabasePair } from "../world";

/** A column, quoted, and its type, ready for a cast. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** Hashed as it is: its hash is the same for the same text and for no other. Others are hashed as text. */
  readonly isPlain: boolean;
}

/** A column of a key. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
  /** What its order rests on: two sides with the same text sort alike. @default - that cannot be told */
  readonly order: string | null;
  /** Its comparisons are found without a schema of the application's. */
  readonly isBuiltIn: boolean;
}

/** A table as one side has it. */
export interface TableShape {
  /** Quoted and qualified. */
  readonly quoted: string;
  readonly isPartitioned: boolean;
  /** The partitioned table above it all, quoted. @default - it is no partition */
  readonly root: string | null;
  /** Which rows a partition takes. */
  readonly bound: string | null;
  /** In order of name. */
  readonly columns: readonly Column[];
  /** In the index's order: the primary key, or else a unique index without nulls; empty without either. */
  readonly key: readonly KeyColumn[];
  /** What the server estimates. */
  readonly estimatedRows: number;
}

/**
 * Types whose hash tells texts apart just as well: numeric is not among them (1.5 and 1.50), nor floats (0 and -0), enums
 * (hashed by a number that differs between servers), and what is padded or has no hash.
 */
const PLAIN = "bool int2 int4 int8 text varchar bytea uuid date time timestamp timestamptz";

/** The version of the library that sorts, known for a database's own collation from PostgreSQL 15 on. */
const versionOfDefault = (version: number): string =>
  version >= 150_000 ? "pg_database_collation_actual_version(d.oid)" : "NULL";

/** A collation of C sorts by bytes; another one sorts like its namesake of the same library's version. */
const shapes = (version: number): string => `
SELECT names.quoted, c.relkind = 'p' AS "isPartitioned", pg_get_expr(c.relpartbound, c.oid) AS bound,
       (SELECT format('%I.%I', rn.nspname, r.relname) FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
         WHERE c.relispartition AND r.oid = pg_partition_root(c.oid)) AS root,
       CASE WHEN c.reltuples >= 0 THEN c.reltuples ELSE pg_relation_size(c.oid) / 100 END AS "estimatedRows",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, -1),
                 'isPlain', a.atttypid = ANY ('{${PLAIN.replaceAll(" ", ",")}}'::regtype[])
                            AND coalesce(co.collisdeterministic, true)) ORDER BY a.attname), '[]')
          FROM pg_attribute a LEFT JOIN pg_collation co ON co.oid = a.attcollation
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, -1),
                 'order', CASE WHEN a.attcollation = 0 OR co.collname IN ('C', 'POSIX', 'ucs_basic')
                                 OR co.collprovider = 'd' AND base.locale IN ('c C', 'c POSIX') THEN 'by bytes'
                               WHEN co.collprovider = 'd' THEN base.locale || ' ' || ${versionOfDefault(version)}
                               ELSE co.collprovider::text || ' ' || co.collname || ' ' || pg_collation_actual_version(co.oid) END,
                 'isBuiltIn', ty.typtype = 'e' OR 'pg_catalog'::regnamespace IN (ty.typnamespace, based.typnamespace)) ORDER BY k.place), '[]')
          FROM unnest(i.indkey) WITH ORDINALITY k (attnum, place) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          JOIN pg_type ty ON ty.oid = a.atttypid LEFT JOIN pg_type based ON based.oid = ty.typbasetype
          LEFT JOIN pg_collation co ON co.oid = a.attcollation
         WHERE k.place <= i.indnkeyatts) AS key
  FROM unnest($1::text[]) names (quoted) JOIN pg_class c ON c.oid = names.quoted::regclass
  JOIN pg_database d ON d.datname = current_database()
 CROSS JOIN LATERAL (SELECT coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') || ' '
                            || coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate) AS locale) base
  LEFT JOIN ${KEY_OF_ROWS} i ON true
 ORDER BY 1`;

/** Both sides' tables, by quoted name, partitions and what they are partitions of included. */
export async function readShapes(
  pair: DatabasePair,
  signal: AbortSignal,
): Promise<Record<Side, Map<string, TableShape>>> {
  const of = async (side: Side): Promise<Map<string, TableShape>> => {
    const session = await login(pair, side, signal);
    try {
      const tables = await readTables(session, pair.applicationRoles, signal);
      const names = tables.map(({ quoted }) => quoted);
      const [server] = await session.query<{ version: number }>(
        signal,
        "SELECT current_setting('server_version_num')::integer AS version",
      );
      const rows = await session.query<{ [K in keyof TableShape]: TableShape[K] }>(
        signal,
        shapes(server?.version ?? 0),
        [names],
      );
      return new Map(rows.map((row) => [row.quoted, { ...row, estimatedRows: Number(row.estimatedRows) }]));
    } finally {
      await session.close();
    }
  };
  const [source, target] = await Promise.all([of("source"), of("target")]);
  return { source, target };
}
