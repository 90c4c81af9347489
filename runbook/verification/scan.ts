import { performance } from "node:perf_hooks";
import type { QueryResultRow } from "pg";
import type { Side } from "../side";
import { BLOCKS, nextSize } from "./chunk-size";
import type { ComparedTable } from "./compared-table";
import { isTimeout, type Reader } from "./reader";

/** Part of a table, as a condition on `t`, and the values of its parameters, the first ones of the statement. */
export interface Part {
  readonly where: string;
  readonly values: readonly unknown[];
}

/** Rows after one key up to another; without either they are open on that side. */
export interface KeyRange {
  readonly after?: readonly string[];
  readonly upTo?: readonly string[];
}

/** A statement about a part of a table. */
export type Statement = (part: Part) => { readonly sql: string; readonly values: readonly unknown[] };

/** Asks about a whole, or a range of it, by statements that are each short. A row that moves meanwhile may be met twice or never. */
export type Scan = <R extends QueryResultRow>(
  side: Side,
  statement: Statement,
) => AsyncIterable<readonly R[]>;

/** The key's columns, in brackets: compared as a whole, which the index can follow. */
export const keyOf = ({ key }: ComparedTable): string => `(${key.map(({ name }) => `t.${name}`).join(", ")})`;

/** The condition of a range. The values are cast to the columns' types, so that each server reads them alike. */
export function rangePart(table: ComparedTable, { after, upTo }: KeyRange): Part {
  const values: string[] = [];
  const bound = (comparison: string, keys: readonly string[]): string => {
    const casts = table.key.map(({ type }, place) => `$${values.length + place + 1}::text::${type}`);
    values.push(...keys);
    return `${keyOf(table)} ${comparison} (${casts.join(", ")})`;
  };
  const conditions = [...(after ? [bound(">", after)] : []), ...(upTo ? [bound("<=", upTo)] : [])];
  return { where: conditions.join(" AND ") || "true", values };
}

/** Asks about a range of keys, by one statement. */
export function scanRange(reader: Reader, table: ComparedTable, range: KeyRange): Scan {
  return async function* <R extends QueryResultRow>(side: Side, statement: Statement) {
    const { sql, values } = statement(rangePart(table, range));
    yield await reader.ask<R>(side, sql, values);
  };
}

/** What a statement about some blocks was answered, and where the next ones begin. */
export interface BlocksRead<R> {
  readonly rows: readonly R[];
  /** @default - there are no more */
  readonly next?: number;
  readonly tookMs: number;
}

/**
 * Reads some blocks after the other, wherever rows stand. Each side has its own blocks, so only sums over all of them can
 * be compared.
 */
export async function* readBlocks<R extends QueryResultRow>(
  reader: Reader,
  table: ComparedTable,
  side: Side,
  statement: Statement,
  from = 0,
): AsyncGenerator<BlocksRead<R>> {
  const all = await countBlocks(reader, table, side);
  let size = BLOCKS.first;
  for (let next: number | undefined = from; next !== undefined;) {
    const end: number = next + size;
    const isLast = end >= all;
    // The last part is open: rows may have come since the blocks were counted.
    const where = `t.ctid >= '(${next},0)'${isLast ? "" : ` AND t.ctid < '(${end},0)'`}`;
    const { sql, values } = statement({ where, values: [] });
    const begun = performance.now();
    try {
      const rows = await reader.ask<R>(side, sql, values);
      const tookMs = performance.now() - begun;
      next = isLast ? undefined : end;
      size = nextSize(size, tookMs, BLOCKS);
      yield { rows, next, tookMs };
    } catch (error) {
      if (!isTimeout(error) || size <= BLOCKS.least) throw error;
      size = Math.max(BLOCKS.least, size >> 3);
    }
  }
}

/** Asks about a whole table, block by block. */
export function scanBlocks(reader: Reader, table: ComparedTable): Scan {
  return async function* <R extends QueryResultRow>(side: Side, statement: Statement) {
    for await (const { rows } of readBlocks<R>(reader, table, side, statement)) yield rows;
  };
}

/** Of a partitioned table those of its largest partition: a part of it is that part of each. Before 14 there are no parts. */
async function countBlocks(reader: Reader, { quoted }: ComparedTable, side: Side): Promise<number> {
  const [row] = await reader.ask<{ blocks: string }>(
    side,
    `SELECT CASE WHEN current_setting('server_version_num')::integer < 140000 THEN 0 ELSE
              coalesce((SELECT max(pg_relation_size(relid)) FROM pg_partition_tree($1::text::regclass) WHERE isleaf),
                       pg_relation_size($1::text::regclass)) / current_setting('block_size')::integer END AS blocks`,
    [quoted],
  );
  return Number(row?.blocks ?? 0);
}
