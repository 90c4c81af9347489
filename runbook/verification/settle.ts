import { escapeLiteral } from "pg";
import { SIDES, type Side } from "../side";
import type { ComparedTable } from "./compared-table";
import type { Reader } from "./reader";
import type { RowDifference } from "./result";
import type { Scan } from "./scan";
import { collect, listRows, nameOf, type Seen, type Suspect } from "./suspects";

/** What became of rows that looked different. */
export interface Settled {
  readonly different: readonly RowDifference[];
  /** Conditions for SQL. */
  readonly unsettled: readonly string[];
}

/** Times that an arrival is waited for, ahead of other looks. */
const ROUNDS = 10;
/** Looks after an arrival, from the second round on: of a row that is written all the while, one may meet the same version. */
const LOOKS = 4;

type Look = Readonly<Record<Side, ReadonlyMap<string, Seen>>>;

/**
 * Tells rows that differ from rows under way, while both sides go on being written and replicated.
 *
 * Between two looks all that was committed before the first one arrives. A row differs for certain when neither side has
 * written it in between. It is the same when one side shows what the other one shows, or has shown since the arrival: then
 * what it has is no older than that.
 */
export async function settle(
  reader: Reader,
  scan: Scan,
  table: ComparedTable,
  suspects: readonly Suspect[],
): Promise<Settled> {
  const different: RowDifference[] = [];
  let open = [...suspects];
  for (let round = 1; round <= ROUNDS && open.length > 0; round++) {
    await awaitArrival(reader, table);
    const shown = new Map<string, Record<Side, Set<string>>>();
    for (let look = 1; look <= (round === 1 ? 1 : LOOKS) && open.length > 0; look++) {
      const now = await lookAt(reader, scan, table, open);
      open = open.flatMap((suspect) => {
        const seen = seenIn(now, suspect);
        if (isShownByBoth(shown, nameOf(suspect), seen)) return [];
        if (look === 1 && isSameVersion(suspect.seen, seen)) {
          different.push({ key: conditionOf(table, suspect), kind: kindOf(seen) });
          return [];
        }
        return [{ ...suspect, seen }];
      });
    }
  }
  return { different, unsettled: open.map((suspect) => conditionOf(table, suspect)) };
}

async function awaitArrival(reader: Reader, { quoted }: ComparedTable): Promise<void> {
  try {
    await reader.awaitArrival();
  } catch (error) {
    throw new Error(
      `rows of ${quoted} look different, and nothing can say whether they are under way: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

const seenIn = (look: Look, suspect: Suspect): Suspect["seen"] => {
  const id = nameOf(suspect);
  return { source: look.source.get(id), target: look.target.get(id) };
};

function isShownByBoth(
  shown: Map<string, Record<Side, Set<string>>>,
  id: string,
  seen: Suspect["seen"],
): boolean {
  const all = shown.get(id) ?? { source: new Set(), target: new Set() };
  shown.set(id, all);
  for (const side of SIDES) all[side].add(seen[side]?.value ?? "none");
  return [...all.source].some((value) => all.target.has(value));
}

const isSameVersion = (before: Suspect["seen"], now: Suspect["seen"]): boolean =>
  SIDES.every(
    (side) => before[side]?.version === now[side]?.version && before[side]?.value === now[side]?.value,
  );

function kindOf({ source, target }: Suspect["seen"]): RowDifference["kind"] {
  if (!target) return "missing on the target";
  return source ? "different" : "extra on the target";
}

/** The row as a condition for SQL. */
function conditionOf({ key }: ComparedTable, suspect: Suspect): string {
  if (key.length === 0) return `a row with digest ${suspect.identity}`;
  return key.map(({ name }, place) => `${name} = ${escapeLiteral(suspect.key[place] ?? "")}`).join(" AND ");
}

/** Reads some rows on both sides at once: by their keys, or else by reading what they may stand in. */
async function lookAt(
  reader: Reader,
  scan: Scan,
  table: ComparedTable,
  suspects: readonly Suspect[],
): Promise<Look> {
  const byIdentity = listRows(table, (parameter) => `identity = ANY (${parameter}::bigint[])`, [
    suspects.map(({ identity }) => identity),
  ]);
  const of = async (side: Side): Promise<ReadonlyMap<string, Seen>> =>
    table.isAddressed ? lookUp(reader, table, side, suspects) : collect(scan, side, table, byIdentity);
  const [source, target] = await Promise.all([of("source"), of("target")]);
  return { source, target };
}

async function lookUp(
  reader: Reader,
  { key, from, hash }: ComparedTable,
  side: Side,
  suspects: readonly Suspect[],
): Promise<Map<string, Seen>> {
  const names = key.map((_, place) => `k${place}`);
  const arrays = key.map((_, place) => `$${place + 1}::text[]`);
  const match = key.map(({ name, type }, place) => `t.${name} = wanted.k${place}::${type}`);
  const rows = await reader.ask<Seen & { key: string[] }>(
    side,
    `SELECT ARRAY[${names.map((name) => `wanted.${name}`).join(", ")}] AS key, (${hash})::text AS value, t.xmin::text AS version
       FROM unnest(${arrays.join(", ")}) AS wanted (${names.join(", ")}) JOIN ${from} t ON ${match.join(" AND ")}`,
    key.map((_, place) => suspects.map((suspect) => suspect.key[place])),
  );
  return new Map(rows.map(({ key: values, ...seen }) => [JSON.stringify(values), seen]));
}
