import { SIDES, type Side } from "../side";
import type { ComparedTable } from "./compared-table";
import { isSame, NO_ROWS, together, toSum, type Sum, type SumRow } from "./sums";
import type { Scan, Statement } from "./scan";

/** What one side has of a row: its hash, or how often it is there where rows have no key, and which version that is. */
export interface Seen {
  readonly value: string;
  readonly version: string;
}

/** What a row is known by. */
export interface RowName {
  /** The key's values as text; the row's hash where there is no key. */
  readonly key: readonly string[];
  /** Hash of it. */
  readonly identity: string;
}

/** A row that looked different once: it may have been under way. */
export interface Suspect extends RowName {
  /** @default - that side has none */
  readonly seen: Readonly<Partial<Record<Side, Seen>>>;
}

/** Sums by group. A group is the last bits of the identity's hash. */
export type GroupSums = Readonly<Record<Side, ReadonlyMap<number, Sum>>>;

/** Rows that are listed at once, about. */
const MOST_LISTED = 2_000;
/** Sums that are held at once, about. */
const MOST_SUMS = 65_536;
/** Bits by which a group is split further. */
const SPLIT = 10;
/** Groups of more bits than this hold a single row, or rows that are alike; with {@link SPLIT} more they fit an integer. */
const MOST_BITS = 20;

/** SQL of a row's group. */
const groupOf = (bits: number): string => `(identity & ${2 ** bits - 1})::integer`;

const hashed = ({ hash, identity, from }: ComparedTable, where: string): string =>
  `(SELECT ${hash} AS hash, ${identity} AS identity FROM ${from} t WHERE ${where}) hashed`;

/** Sums up a part of a table by groups, some of them only where that is asked for. */
export const groupSums =
  (
    table: ComparedTable,
    bits: number,
    within?: { readonly bits: number; readonly groups: readonly number[] },
  ): Statement =>
  ({ where, values }) => ({
    sql: `SELECT ${groupOf(bits)} AS "group", ${table.sums} FROM ${hashed(table, where)}
          ${within ? `WHERE ${groupOf(within.bits)} = ANY ($${values.length + 1}::integer[])` : ""} GROUP BY 1`,
    values: within ? [...values, within.groups] : values,
  });

/** A group's sums as a server answers them. */
export type GroupRow = SumRow & { readonly group: number };

/** Adds what a statement was answered. */
export function addGroups(sums: Map<number, Sum>, rows: readonly GroupRow[]): void {
  for (const row of rows) sums.set(row.group, together(sums.get(row.group) ?? NO_ROWS, toSum(row)));
}

/** Sums up by groups on both sides at once. */
export async function sumGroups(
  scan: Scan,
  ...[table, bits, within]: Parameters<typeof groupSums>
): Promise<GroupSums> {
  const of = async (side: Side): Promise<Map<number, Sum>> => {
    const sums = new Map<number, Sum>();
    for await (const rows of scan<GroupRow>(side, groupSums(table, bits, within))) addGroups(sums, rows);
    return sums;
  };
  const [source, target] = await Promise.all([of("source"), of("target")]);
  return { source, target };
}

/**
 * The rows that look different, few at a time: groups whose sums differ are split, many by one reading, until few rows are
 * left in them, and only those are listed. So however large the table, and however much of it differs, little is held in
 * memory.
 */
export async function* suspectsIn(
  scan: Scan,
  table: ComparedTable,
  sums: GroupSums,
  bits: number,
): AsyncGenerator<readonly Suspect[]> {
  const groups = differing(sums);
  const isFew = groups.reduce((total, { rows }) => total + rows, 0) <= MOST_LISTED;
  if (isFew || bits > MOST_BITS) {
    for (const some of slices(groups, MOST_LISTED, ({ rows }) => rows))
      yield await list(scan, table, bits, some);
    return;
  }
  for (const some of slices(groups, MOST_SUMS, ({ rows }) => Math.min(rows, 2 ** SPLIT))) {
    const finer = await sumGroups(scan, table, bits + SPLIT, { bits, groups: some });
    yield* suspectsIn(scan, table, finer, bits + SPLIT);
  }
}

interface Differing {
  readonly group: number;
  /** On the side that has more of them. */
  readonly rows: number;
}

function differing({ source, target }: GroupSums): Differing[] {
  return [...new Set([...source.keys(), ...target.keys()])].flatMap((group) => {
    const [here, there] = [source.get(group) ?? NO_ROWS, target.get(group) ?? NO_ROWS];
    return isSame(here, there) ? [] : [{ group, rows: Math.max(here.rows, there.rows) }];
  });
}

/** Groups in parts of which each weighs no more than that, or is a single one. */
function slices(groups: readonly Differing[], most: number, weigh: (group: Differing) => number): number[][] {
  const parts: number[][] = [];
  let weight = Infinity;
  for (const one of groups) {
    weight += weigh(one);
    if (weight > most) {
      parts.push([]);
      weight = weigh(one);
    }
    parts.at(-1)?.push(one.group);
  }
  return parts;
}

interface ListedRow extends Seen, RowName {}

/**
 * A row's version is the transaction that wrote it: as long as that stays the same, so does the row. Rows without a key
 * are counted by their hash, and their versions added up.
 */
export const listRows =
  (table: ComparedTable, condition: (parameter: string) => string, values: readonly unknown[]): Statement =>
  (part) => {
    const { key, hash, identity, from } = table;
    const parameter = `$${part.values.length + 1}`;
    const texts = key.length > 0 ? key.map(({ name }) => `t.${name}::text`) : [`(${hash})::text`];
    const rows = `SELECT ARRAY[${texts.join(", ")}] AS key, ${hash} AS hash, ${identity} AS identity, t.xmin AS version
                    FROM ${from} t WHERE ${part.where}`;
    const columns =
      key.length > 0
        ? "key, identity::text, hash::text AS value, version::text"
        : "min(key) AS key, identity::text, count(*)::text AS value, sum(version::text::bigint)::text AS version";
    return {
      sql: `SELECT ${columns} FROM (${rows}) listed WHERE ${condition(parameter)} ${key.length > 0 ? "" : "GROUP BY identity"}`,
      values: [...part.values, ...values],
    };
  };

async function list(
  scan: Scan,
  table: ComparedTable,
  bits: number,
  groups: readonly number[],
): Promise<readonly Suspect[]> {
  const statement = listRows(table, (parameter) => `${groupOf(bits)} = ANY (${parameter}::integer[])`, [
    groups,
  ]);
  const [source, target] = await Promise.all(SIDES.map((side) => collect(scan, side, table, statement)));
  const names = new Map([...(source ?? []), ...(target ?? [])]);
  return [...names].flatMap(([id, { key, identity }]) => {
    const seen = { source: source?.get(id), target: target?.get(id) };
    return seen.source?.value === seen.target?.value ? [] : [{ key, identity, seen }];
  });
}

/** What a scan of one side comes upon, by the text of its key. */
export async function collect(
  scan: Scan,
  side: Side,
  table: ComparedTable,
  statement: Statement,
): Promise<Map<string, ListedRow>> {
  const found = new Map<string, ListedRow>();
  for await (const rows of scan<ListedRow>(side, statement)) {
    for (const row of rows) {
      const id = nameOf(row);
      const before = found.get(id);
      // Without a key the same row may stand in several parts.
      found.set(id, before && table.key.length === 0 ? both(before, row) : row);
    }
  }
  return found;
}

const both = (a: ListedRow, b: ListedRow): ListedRow => ({
  ...b,
  value: String(BigInt(a.value) + BigInt(b.value)),
  version: String(BigInt(a.version) + BigInt(b.version)),
});

/** One text for a row. */
export const nameOf = ({ key }: RowName): string => JSON.stringify(key);
