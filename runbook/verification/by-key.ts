import { performance } from "node:perf_hooks";
import type { Side } from "../side";
import { nextSize, ROWS } from "./chunk-size";
import { isTimeout } from "./reader";
import type { TableState } from "./result";
import { keyOf, rangePart, scanRange, type KeyRange } from "./scan";
import { isSame, NO_ROWS, toSum, type Sum, type SumRow } from "./sums";
import { sumGroups } from "./suspects";
import { investigate, MOST_NAMED, rest, type Found, type Reading } from "./table-reading";

/** Groups in which a chunk's mismatch is looked for: 2 to the power of it. */
const BITS = 10;
/** The target may have more rows in a range than the source: so many times as many are read of them. */
const MARGIN = 2;

interface Chunk {
  readonly range: KeyRange;
  readonly sum: Sum;
}

/**
 * Compares a table in ranges of its key, one statement a chunk on each side: while the target sums a range up, the source
 * is at the next one. Ranges are those of the source, and together they take in every key there can be.
 */
export async function compareByKey(reading: Reading, state: TableState): Promise<Found> {
  let { found } = state;
  let size = ROWS.first;
  let after = state.after;
  let chunk: Chunk | undefined;
  for (;;) {
    const begun = performance.now();
    try {
      chunk ??= await sumNext(reading, "source", size, after);
      const { range, sum } = chunk;
      const most = MARGIN * Math.max(size, sum.rows);
      const [there, following] = await Promise.all([
        sumRange(reading, range, most),
        range.upTo && sumNext(reading, "source", size, range.upTo),
      ]);
      const rows = { source: found.rows.source + sum.rows, target: found.rows.target + there.rows };
      found = { ...found, rows, chunks: found.chunks + 1 };
      if (there.rows >= most) found = await overflows(reading, found, range, size);
      else if (!isSame(sum, there)) found = await differs(reading, found, range);
      chunk = following;
      after = range.upTo;
    } catch (error) {
      if (!isTimeout(error) || size <= ROWS.least) throw error;
      size = Math.max(ROWS.least, size >> 3);
      chunk = undefined;
      continue;
    }
    const tookMs = performance.now() - begun;
    found = { ...found, readMs: found.readMs + tookMs };
    if (!after) return found;
    size = nextSize(size, tookMs, ROWS);
    await reading.onState({ ...state, found, after });
    await rest(reading, tookMs);
  }
}

async function differs(reading: Reading, found: Found, range: KeyRange): Promise<Found> {
  if (found.differences.length >= MOST_NAMED) return { ...found, more: true };
  const scan = scanRange(reading.reader, reading.table, range);
  return investigate(reading, found, scan, await sumGroups(scan, reading.table, BITS), BITS);
}

/** The target has far more rows in a range than the source: only the first of them are looked into. */
async function overflows(reading: Reading, found: Found, range: KeyRange, size: number): Promise<Found> {
  const first = await sumNext(reading, "target", size, range.after);
  return { ...(await differs(reading, found, first.range)), more: true };
}

/** Sums up the next rows of a side, and says where they end. */
async function sumNext(
  { reader, table }: Reading,
  side: Side,
  size: number,
  after?: readonly string[],
): Promise<Chunk> {
  const { where, values } = rangePart(table, { after });
  const limit = `$${values.length + 1}::integer`;
  const texts = table.key.map(({ name }, place) => `t.${name}::text AS k${place}`);
  // Cheaper than any way to ask for the last row alone.
  const last = table.key.map((_, place) => `(array_agg(k${place}))[${limit}]`);
  const order = keyOf(table).slice(1, -1);
  const [row] = await reader.ask<SumRow & { last: (string | null)[] }>(
    side,
    `SELECT ${table.sums}, ARRAY[${last.join(", ")}] AS last
       FROM (SELECT ${table.hash} AS hash, ${texts.join(", ")}
               FROM ${table.from} t WHERE ${where} ORDER BY ${order} LIMIT ${limit}) chunk`,
    [...values, size],
  );
  if (!row) throw new Error(`the ${side} does not answer for ${table.quoted}`);
  const upTo = row.last.filter((text) => text !== null);
  return { range: { after, upTo: upTo.length > 0 ? upTo : undefined }, sum: toSum(row) };
}

/** Sums up a range on the target, but no more rows than that. */
async function sumRange({ reader, table }: Reading, range: KeyRange, most: number): Promise<Sum> {
  const { where, values } = rangePart(table, range);
  const [row] = await reader.ask<SumRow>(
    "target",
    `SELECT ${table.sums} FROM (SELECT ${table.hash} AS hash FROM ${table.from} t
      WHERE ${where} LIMIT $${values.length + 1}::integer) chunk`,
    [...values, most],
  );
  return row ? toSum(row) : NO_ROWS;
}
