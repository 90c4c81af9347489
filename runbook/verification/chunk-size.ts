/** What a statement should take, in milliseconds: long enough to be worth its round trip, short enough to be in nobody's way. */
const AIM = 500;

/** Bounds of a chunk, in rows or in blocks. */
export interface ChunkBounds {
  readonly first: number;
  readonly least: number;
  readonly most: number;
}

/** Rows of a chunk in order of the key. Also how many keys a mismatch is looked for among, so memory goes by `most`. */
export const ROWS: ChunkBounds = { first: 10_000, least: 100, most: 200_000 };

/** Blocks of a chunk of 8 KiB each, where rows have no order. */
export const BLOCKS: ChunkBounds = { first: 512, least: 8, most: 65_536 };

/** The size of the next chunk by what the last one took: at most four times as much, however quick it was. */
export function nextSize(size: number, tookMs: number, { least, most }: ChunkBounds): number {
  const factor = Math.min(4, AIM / Math.max(tookMs, 1));
  return Math.round(Math.min(most, Math.max(least, size * factor)));
}

/** How long to rest after so much work for the servers to be busy a share of the time, in milliseconds. */
export const restAfter = (workedMs: number, share: number): number => (workedMs * (1 - share)) / share;
