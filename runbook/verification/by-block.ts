import { SIDES, type Side } from "../side";
import type { BlockState, TableState } from "./result";
import { readBlocks, scanBlocks } from "./scan";
import { isSame, NO_ROWS, parseSum, sumText, type Sum } from "./sums";
import { addGroups, groupSums, type GroupRow } from "./suspects";
import { investigate, rest, type Found, type Reading } from "./table-reading";

/** Groups of the first reading, 2 to the power of it: few, since they stand in the state. */
const BITS = 6;

/**
 * Compares a table whose rows have no order that both sides share: each side is read block by block, by itself, and the
 * sums over all are compared. Rows that move meanwhile make sums differ; looking for them finds that they are the same.
 */
export async function compareByBlock(reading: Reading, state: TableState): Promise<Found> {
  const { reader, table } = reading;
  let { found } = state;
  const blocks: Record<Side, BlockState> = state.blocks
    ? { ...state.blocks }
    : { source: { next: 0, sums: {} }, target: { next: 0, sums: {} } };
  const sums = { source: sumsOf(blocks.source), target: sumsOf(blocks.target) };
  const read = async (side: Side): Promise<void> => {
    if (blocks[side].next < 0) return;
    const statement = groupSums(table, BITS);
    for await (const { rows, next, tookMs } of readBlocks<GroupRow>(
      reader,
      table,
      side,
      statement,
      blocks[side].next,
    )) {
      addGroups(sums[side], rows);
      const came = rows.reduce((sum, row) => sum + Number(row.rows), 0);
      const total = { ...found.rows, [side]: found.rows[side] + came };
      found = { ...found, rows: total, chunks: found.chunks + 1, readMs: found.readMs + tookMs / 2 };
      // The sums first, for one process that is killed keeps what was read and where it stopped, or neither.
      blocks[side] = { next: next ?? -1, sums: textsOf(sums[side]) };
      await reading.onState({ ...state, found, blocks: { ...blocks } });
      await rest(reading, tookMs);
    }
  };
  await Promise.all(SIDES.map(read));
  const all = new Set([...sums.source.keys(), ...sums.target.keys()]);
  const isEqual = [...all].every((group) =>
    isSame(sums.source.get(group) ?? NO_ROWS, sums.target.get(group) ?? NO_ROWS),
  );
  return isEqual ? found : investigate(reading, found, scanBlocks(reader, table), sums, BITS);
}

const sumsOf = ({ sums }: BlockState): Map<number, Sum> =>
  new Map(Object.entries(sums).map(([group, text]) => [Number(group), parseSum(text)]));

const textsOf = (sums: ReadonlyMap<number, Sum>): Record<string, string> =>
  Object.fromEntries([...sums].map(([group, sum]) => [String(group), sumText(sum)]));
