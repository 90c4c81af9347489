import type { Session } from "../postgres/session";
import type { RecordedTable } from "./recorded-table";

/** A foreign key, as the application knows its tables. */
interface Reference {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  /** Columns of the child and of the parent, quoted, pairwise. */
  readonly columns: readonly { readonly from: string; readonly to: string }[];
}

const REFERENCES = `
SELECT quote_ident(con.conname) AS name, format('%I.%I', cn.nspname, c.relname) AS child, format('%I.%I', pn.nspname, p.relname) AS parent,
       (SELECT jsonb_agg(jsonb_build_object('from', quote_ident(a.attname), 'to', quote_ident(b.attname)) ORDER BY k.place)
          FROM unnest(con.conkey, con.confkey) WITH ORDINALITY k (child, parent, place)
          JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.child
          JOIN pg_attribute b ON b.attrelid = con.confrelid AND b.attnum = k.parent) AS columns
  FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
  JOIN pg_class p ON p.oid = con.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE con.contype = 'f' AND con.conparentid = 0 AND coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)
 ORDER BY 1`;

/** A row that may not be replayed. */
export interface Refused {
  readonly n: number;
  readonly why: string;
}

/**
 * Replayed rows whose parent is not on the target, and replayed removals of parents whose children are: what the server's
 * own triggers would find, which rest while rows are replayed. Parents are locked as these would do, so that nobody takes
 * them away before the replay is committed.
 */
export async function brokenReferences(
  target: Session,
  tables: ReadonlyMap<string, RecordedTable>,
  signal: AbortSignal,
): Promise<Refused[]> {
  const references = await target.query<{ [K in keyof Reference]: Reference[K] }>(signal, REFERENCES);
  const refused: Refused[] = [];
  for (const reference of references) {
    const [child, parent] = [tables.get(reference.child), tables.get(reference.parent)];
    if (child) refused.push(...(await orphans(target, child, reference, signal)));
    if (parent) refused.push(...(await bereft(target, parent, reference, signal)));
  }
  return refused;
}

/** Text of a row: of one without a key it is what it is recorded by. */
const rowOf = ({ key }: RecordedTable, value: "value" | "here"): string =>
  key.length > 0 ? `l.${value}` : `CASE WHEN l.${value} IS NOT NULL THEN (l.key::text[])[1] END`;

const replayed = (table: RecordedTable, value: "value" | "here"): string => `
  SELECT l.n, (${rowOf(table, value)})::${table.quoted} AS r FROM late l
   WHERE l.relation = $1 AND l.why IS NULL AND l.${value} IS NOT NULL OFFSET 0`;

async function orphans(
  target: Session,
  child: RecordedTable,
  { name, parent, columns }: Reference,
  signal: AbortSignal,
): Promise<Refused[]> {
  const isParent = columns.map(({ from, to }) => `p.${to} = (x.r).${from}`).join(" AND ");
  const refers = columns.map(({ from }) => `(x.r).${from} IS NOT NULL`).join(" AND ");
  await target.query(
    signal,
    `SELECT count(*) FROM (SELECT FROM ${parent} p
      WHERE EXISTS (SELECT FROM (${replayed(child, "value")}) x WHERE ${isParent}) FOR KEY SHARE) held`,
    [child.quoted],
  );
  const rows = await target.query<{ n: number }>(
    signal,
    `SELECT x.n FROM (${replayed(child, "value")}) x WHERE ${refers} AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${isParent})`,
    [child.quoted],
  );
  return rows.map(({ n }) => ({ n, why: `its row in ${parent} is not on the target (${name})` }));
}

async function bereft(
  target: Session,
  parent: RecordedTable,
  { name, child, columns }: Reference,
  signal: AbortSignal,
): Promise<Refused[]> {
  const isChild = columns.map(({ from, to }) => `c.${from} = (x.r).${to}`).join(" AND ");
  const isParent = columns.map(({ to }) => `p.${to} = (x.r).${to}`).join(" AND ");
  const rows = await target.query<{ n: number }>(
    signal,
    `SELECT x.n FROM (${replayed(parent, "here")}) x
      WHERE EXISTS (SELECT FROM ${child} c WHERE ${isChild}) AND NOT EXISTS (SELECT FROM ${parent.quoted} p WHERE ${isParent})`,
    [parent.quoted],
  );
  return rows.map(({ n }) => ({ n, why: `rows of ${child} on the target refer to it (${name})` }));
}
