import { SIDES, type Side } from "../side";
import type { KeyColumn, TableShape } from "./shape";
import { sumOfHashes } from "./sums";

/** How rows are hashed: column by column, or as the text of the whole row where a server is too old for that. */
export type Hashing = "columns" | "text";

/** A table that both sides have alike, and how its rows are read. */
export interface ComparedTable {
  /** Quoted and qualified. */
  readonly quoted: string;
  /** What comes after FROM, but for the alias `t`: without the tables that inherit from it. */
  readonly from: string;
  /** In the index's order; empty when rows have no key. */
  readonly key: readonly KeyColumn[];
  /** Both sides sort the key alike, so that the table is read in ranges of it. */
  readonly isOrdered: boolean;
  /** A row is found by its key through the index. */
  readonly isAddressed: boolean;
  /** Hash of a row, as SQL. */
  readonly hash: string;
  /** Hash of what a row is known by: its key, or the row itself. As SQL. */
  readonly identity: string;
  /** What sums rows up by a column `hash`, as SQL. */
  readonly sums: string;
  /** As the source estimates. */
  readonly estimatedRows: number;
  /** Changes with whatever would make an earlier part of the reading worthless. */
  readonly shape: string;
}

/** A table that cannot be compared by rows, and why. */
export interface Uncomparable {
  readonly quoted: string;
  readonly fault: string;
}

/**
 * Pairs the tables of both sides. A partitioned table is read by its partitions where both sides have the same, and as a
 * whole where they do not.
 */
export function pairTables(
  shapes: Readonly<Record<Side, ReadonlyMap<string, TableShape>>>,
  hashing: Hashing,
): (ComparedTable | Uncomparable)[] {
  const whole = { source: partitionsByRoot(shapes.source), target: partitionsByRoot(shapes.target) };
  const isSplit = (root: string): boolean => whole.source.get(root) === whole.target.get(root);
  const names = [...new Set([...shapes.source.keys(), ...shapes.target.keys()])].sort();
  return names.flatMap((quoted) => {
    const { source, target } = { source: shapes.source.get(quoted), target: shapes.target.get(quoted) };
    const { root, isPartitioned } = source ?? target ?? { root: null, isPartitioned: false };
    // Of a partitioned table either its partitions are read or itself.
    if (root === null ? isPartitioned && isSplit(quoted) : isPartitioned || !isSplit(root)) return [];
    if (!source || !target) {
      return [{ quoted, fault: `the whole table is missing on the ${source ? "target" : "source"}` }];
    }
    return [pairTable(source, target, hashing)];
  });
}

/** By root: its partitions with what they take, as one text. */
function partitionsByRoot(shapes: ReadonlyMap<string, TableShape>): Map<string, string> {
  const all = new Map<string, string>();
  for (const { quoted, root, bound } of shapes.values()) {
    if (root !== null) all.set(root, `${all.get(root) ?? ""}${quoted} ${bound ?? ""}\n`);
  }
  return all;
}

function pairTable(source: TableShape, target: TableShape, hashing: Hashing): ComparedTable | Uncomparable {
  const { quoted, columns } = source;
  const differing = columnFaults(source, target);
  if (differing.length > 0) return { quoted, fault: `its columns differ: ${differing.join(", ")}` };
  const names = (shape: TableShape): string => shape.key.map(({ name }) => name).join(", ");
  // A key that one side alone has would find several rows on the other.
  const key = names(source) === names(target) ? source.key : [];
  const isOrdered =
    key.length > 0 &&
    key.every(
      ({ order, isBuiltIn }, place) => isBuiltIn && order !== null && order === target.key[place]?.order,
    );
  const isPlain = (name: string): boolean =>
    [source, target].every((side) => side.columns.some((column) => column.name === name && column.isPlain));
  const values = columns.map(({ name }) => `t.${name}${isPlain(name) ? "" : "::text"}`);
  const hash =
    hashing === "columns" && values.length > 0
      ? `hash_record_extended(ROW(${values.join(", ")}), 0)`
      : hashOfText(columns.map(({ name }) => `t.${name}`));
  return {
    quoted,
    from: `${source.isPartitioned || target.isPartitioned ? "" : "ONLY "}${quoted}`,
    key,
    isOrdered,
    isAddressed: key.length > 0 && key.every(({ isBuiltIn }) => isBuiltIn),
    hash,
    identity: key.length > 0 ? hashOfText(key.map(({ name }) => `t.${name}::text`)) : hash,
    sums: sumOfHashes(hashing === "columns"),
    estimatedRows: source.estimatedRows,
    shape: `${isOrdered ? "ordered" : "not ordered"} by ${names(source)}; ${hash}`,
  };
}

const hashOfText = (values: readonly string[]): string =>
  `hashtextextended(ROW(${values.join(", ")})::text COLLATE "C", 0)`;

function columnFaults(source: TableShape, target: TableShape): string[] {
  const described = (shape: TableShape): string[] => shape.columns.map(({ name, type }) => `${name} ${type}`);
  const on = { source: described(source), target: described(target) };
  return SIDES.flatMap((side) => {
    const other = on[side === "source" ? "target" : "source"];
    return on[side]
      .filter((column) => !other.includes(column))
      .map((column) => `${column} on the ${side} alone`);
  });
}
