import { OF_APPLICATION } from "./catalog";
import type { Session } from "./session";

/** Kinds of objects, in an order in which they can be made. */
export const OBJECT_KINDS = [
  "schema",
  "type",
  "sequence",
  "function",
  "table",
  "column",
  "constraint",
  "index",
  "view",
  "rule",
  "trigger",
  "policy",
] as const;

/** What an object is. */
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** One object of the application's schema, as far as another server's can be compared with it. */
export interface CatalogObject {
  readonly kind: ObjectKind;
  /** Quoted and qualified; with what it belongs to, such as `shop.orders.note`. */
  readonly name: string;
  /** The table it is part of, quoted and qualified. @default - it stands alone */
  readonly of?: string;
  /** Two objects of the same definition are the same. */
  readonly definition: string;
  /** The statements that make it. @default - what it is part of brings it */
  readonly sql?: string;
  /** The statement that gives another of its name this definition, and keeps what is in it. @default - there is none */
  readonly change?: string;
}

/** What an extension brings is made by CREATE EXTENSION; `class` and `oid` as pg_depend has them. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** The default, generation or identity of column `a` of table `c`; PostgreSQL 18 knows generated columns that are not stored. */
const COLUMN = `
  format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
          THEN (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
                  FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  || CASE WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                                                CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
          WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END)
          WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END`;

const NAME = "format('%I.%I', n.nspname, c.relname)";

/** Each yields kind, name, of, definition, sql and change. */
const SCHEMAS = `
SELECT 'schema', format('%I', n.nspname), NULL, '', format('CREATE SCHEMA %I', n.nspname), NULL
  FROM pg_namespace n WHERE ${OF_APPLICATION} AND n.nspname !~ '^pg_' AND ${notOfExtension("pg_namespace", "n.oid")}`;

/** Rows of tables are types as well, and arrays follow from what they are of. Ranges are told by what they range over. */
const TYPES = `
SELECT 'type', format('%I.%I', n.nspname, t.typname), NULL, made.definition,
       format('CREATE %s %I.%I AS %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname, made.definition), NULL
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace,
       LATERAL (SELECT CASE t.typtype
         WHEN 'e' THEN (SELECT format('ENUM (%s)', string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
                          FROM pg_enum WHERE enumtypid = t.oid)
         WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) || coalesce(' DEFAULT ' || t.typdefault, '')
                       || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
                       || coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(k.oid)), '' ORDER BY conname)
                                      FROM pg_constraint k WHERE contypid = t.oid AND contype = 'c'), '')
         WHEN 'r' THEN (SELECT format('RANGE (subtype = %s)', format_type(rngsubtype, NULL)) FROM pg_range WHERE rngtypid = t.oid)
         ELSE (SELECT format('(%s)', string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum))
                 FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS definition) made
 WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND (SELECT relkind = 'c' FROM pg_class WHERE oid = t.typrelid))
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_type", "t.oid")}`;

/** An identity column brings its sequence along. */
const SEQUENCES = `
SELECT 'sequence', ${NAME}, (SELECT d.refobjid::regclass::text FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'),
       made.definition,
       CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
            THEN NULL ELSE format('CREATE SEQUENCE %s %s', ${NAME}, made.definition) END,
       format('ALTER SEQUENCE %s %s', ${NAME}, made.definition)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid,
       LATERAL (SELECT format('AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', format_type(seqtypid, NULL), seqincrement,
                              seqmin, seqmax, seqstart, seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END) AS definition) made
 WHERE c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

/** Those that a type brings along are its own. */
const FUNCTIONS = `
SELECT 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), NULL,
       pg_get_functiondef(p.oid), pg_get_functiondef(p.oid), pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind <> 'a' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_proc", "p.oid")}`;

const TABLES = `
SELECT 'table', ${NAME}, NULL,
       CASE WHEN c.relispartition THEN format('partition of %s %s ', (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = c.oid),
                                              pg_get_expr(c.relpartbound, c.oid)) ELSE '' END
       || coalesce('partitioned by ' || pg_get_partkeydef(c.oid), '')
       || CASE WHEN c.relrowsecurity THEN ' row security' ELSE '' END,
       CASE WHEN c.relispartition
            THEN format('CREATE TABLE %s PARTITION OF %s %s', ${NAME}, (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = c.oid),
                        pg_get_expr(c.relpartbound, c.oid))
            ELSE format('CREATE TABLE %s (%s)', ${NAME},
                        (SELECT string_agg(format('%I %s', a.attname, ${COLUMN}), ', ' ORDER BY a.attnum)
                           FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                           LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) END
       || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '')
       || CASE WHEN c.relrowsecurity THEN format(E';\\nALTER TABLE %s ENABLE ROW LEVEL SECURITY', ${NAME}) ELSE '' END,
       NULL
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

/** Those of a partition come from its parent. */
const COLUMNS = `
SELECT 'column', format('%s.%I', ${NAME}, a.attname), ${NAME}, ${COLUMN},
       format('ALTER TABLE %s ADD COLUMN %I %s', ${NAME}, a.attname, ${COLUMN}),
       CASE WHEN a.attgenerated = '' AND a.attidentity = ''
            THEN format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s, ALTER COLUMN %2$I %4$s, ALTER COLUMN %2$I %5$s', ${NAME}, a.attname,
                        format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'SET NOT NULL' ELSE 'DROP NOT NULL' END,
                        coalesce('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP DEFAULT')) END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

/** NOT NULL, a constraint of its own since PostgreSQL 18, is told with the column. Those of a partition come from its parent. */
const CONSTRAINTS = `
SELECT 'constraint', format('%s.%I', ${NAME}, k.conname), ${NAME}, pg_get_constraintdef(k.oid),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', ${NAME}, k.conname, pg_get_constraintdef(k.oid)), NULL
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conparentid = 0 AND k.coninhcount = 0
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

/** One of a partitioned table brings those of its partitions. */
const INDEXES = `
SELECT 'index', format('%I.%I', n.nspname, x.relname), ${NAME}, made.sql || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END,
       made.sql, NULL
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
       LATERAL (SELECT CASE x.relkind WHEN 'I' THEN regexp_replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON ') ELSE pg_get_indexdef(x.oid) END AS sql) made
 WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND NOT x.relispartition
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

const VIEWS = `
SELECT 'view', ${NAME}, NULL, pg_get_viewdef(c.oid),
       format('CREATE %sVIEW %s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END, ${NAME}, pg_get_viewdef(c.oid)), NULL
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

const RULES = `
SELECT 'rule', format('%s.%I', ${NAME}, r.rulename), ${NAME}, pg_get_ruledef(r.oid), pg_get_ruledef(r.oid), NULL
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE r.rulename <> '_RETURN' AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

/** The gate's own are not the application's. */
const TRIGGERS = `
SELECT 'trigger', format('%s.%I', ${NAME}, t.tgname), ${NAME}, pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'D' THEN ' (disabled)' ELSE '' END,
       pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'D' THEN format(E';\\nALTER TABLE %s DISABLE TRIGGER %I', ${NAME}, t.tgname) ELSE '' END,
       NULL
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND t.tgname <> 'relocate_gate' AND t.tgparentid = 0
   AND ${OF_APPLICATION} AND ${notOfExtension("pg_class", "c.oid")}`;

const POLICIES = `
SELECT 'policy', format('%s.%I', ${NAME}, p.policyname), ${NAME}, made.definition,
       format('CREATE POLICY %I ON %s %s', p.policyname, ${NAME}, made.definition), NULL
  FROM pg_policies p JOIN pg_namespace n ON n.nspname = p.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename,
       LATERAL (SELECT format('AS %s FOR %s TO %s', p.permissive, p.cmd,
                              (SELECT string_agg(CASE role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(role) END, ', ' ORDER BY role) FROM unnest(p.roles) role))
                       || coalesce(' USING (' || p.qual || ')', '') || coalesce(' WITH CHECK (' || p.with_check || ')', '') AS definition) made
 WHERE ${OF_APPLICATION}`;

/** `tgparentid` and PostgreSQL's own way of writing definitions are those of version 13 and later. */
const OBJECTS = [
  SCHEMAS,
  TYPES,
  SEQUENCES,
  FUNCTIONS,
  TABLES,
  COLUMNS,
  CONSTRAINTS,
  INDEXES,
  VIEWS,
  RULES,
  TRIGGERS,
  POLICIES,
].join("\nUNION ALL");

/**
 * The objects of the application's schema on one side, by kind and name, in an order in which they can be made.
 *
 * Cost: one statement that reads the catalog; nothing of the tables themselves.
 */
export async function readObjects(session: Session, signal: AbortSignal): Promise<CatalogObject[]> {
  const rows = await session.query<{ [K in keyof CatalogObject]: CatalogObject[K] | null }>(
    signal,
    `SELECT * FROM (${OBJECTS}) o (kind, name, "of", definition, sql, change)
      ORDER BY array_position($1::text[], kind), name`,
    [[...OBJECT_KINDS]],
  );
  return rows.map(
    ({ of, sql, change, ...row }) =>
      ({ ...row, of: of ?? undefined, sql: sql ?? undefined, change: change ?? undefined }) as CatalogObject,
  );
}
