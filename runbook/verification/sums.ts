/** Rows that were summed up: equal sums mean equal rows. The xor alone would not see a row that is there twice too often. */
export interface Sum {
  readonly rows: number;
  readonly xor: bigint;
  readonly sum: bigint;
}

/** Nothing. */
export const NO_ROWS: Sum = { rows: 0, xor: 0n, sum: 0n };

/**
 * SQL that sums up a column `hash` of bigint; the server adds them up as numeric, so that nothing flows over.
 *
 * @param hasXor `bit_xor` is there from PostgreSQL 14 on; sums alone tell as much, but for differences that were made to
 */
export const sumOfHashes = (hasXor: boolean): string =>
  `count(*) AS rows, ${hasXor ? "coalesce(bit_xor(hash), 0)" : "0"} AS xor, coalesce(sum(hash), 0) AS sum`;

/** What {@link sumOfHashes} is answered with. */
export interface SumRow {
  readonly rows: string;
  readonly xor: string;
  readonly sum: string;
}

export const toSum = ({ rows, xor, sum }: SumRow): Sum => ({
  rows: Number(rows),
  xor: BigInt(xor),
  sum: BigInt(sum),
});

export const together = (a: Sum, b: Sum): Sum => ({
  rows: a.rows + b.rows,
  xor: a.xor ^ b.xor,
  sum: a.sum + b.sum,
});

export const isSame = (a: Sum, b: Sum): boolean => a.rows === b.rows && a.xor === b.xor && a.sum === b.sum;

/** As text, for the state. */
export const sumText = ({ rows, xor, sum }: Sum): string => `${rows} ${xor} ${sum}`;

/** @throws Error when it is no such text */
export function parseSum(text: string): Sum {
  const [rows, xor, sum] = text.split(" ");
  if (rows === undefined || xor === undefined || sum === undefined) {
    throw new Error(`"${text}" in the verification's state: expected rows, xor and sum`);
  }
  return toSum({ rows, xor, sum });
}
