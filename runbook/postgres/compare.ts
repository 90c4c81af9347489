import { SIDES, type Side } from "../side";
import type { DatabasePair } from "../world";
import { publishable, readTables, type Table } from "./catalog";
import { sendMarker } from "./marker";
import type { Session } from "./session";
import { sessionsOf } from "./sessions";
import { newToken } from "./token";

/** How one table compares. */
export interface TableComparison {
  /** Quoted and qualified. */
  readonly table: string;
  readonly rows: Readonly<Record<Side, number>>;
  /** Primary keys, or digests of whole rows where there is none, that differ or stand on one side alone; some of them. */
  readonly different: readonly string[];
  /** Keys that were being written all the while, so that nothing can be said of them; some of them. */
  readonly unsettled: readonly string[];
}

/** How one database compares, table by table. */
export interface Comparison {
  readonly database: string;
  readonly tables: readonly TableComparison[];
  /** Rows of the source that were compared. */
  readonly rows: number;
  readonly isEqual: boolean;
}

/** Rows are summed up in this many groups by their key, so that a difference is looked for in few of them. */
const BUCKETS = 1024;
/** Groups that are looked into at once: a table that differs everywhere is not read into memory. */
const MOST_BUCKETS = 64;
/** Times that rows which are being written are looked at again. */
const ROUNDS = 10;
/** Keys that are named. */
const MOST_KEYS = 10;
const MARKER_PATIENCE = 30_000;

/** The text of a value must not depend on a server's or role's settings. */
const SETTINGS = `
  SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = 'UTC';
  SET extra_float_digits = 1; SET bytea_output = hex`;

/**
 * Compares all tables of both sides while replication runs: by number of rows, and by xor and sum of their hashes (xor
 * alone would not see a row that is there twice too often). Rows that differ are looked at again once a marker has
 * passed in each direction: what was only under way is equal then, what differs the same way twice differs.
 *
 * Reads every row once on both sides; each table in one statement, so no transaction stays open in the way of a fence.
 */
export async function compareDatabase(pair: DatabasePair, signal: AbortSignal): Promise<Comparison> {
  const sessions = sessionsOf(pair);
  try {
    const [source, target] = await Promise.all(SIDES.map((side) => sessions.on(side, signal)));
    const on = { source, target } as Record<Side, Session>;
    await Promise.all(SIDES.map((side) => on[side].query(signal, SETTINGS)));
    const known = {
      source: publishable(await readTables(on.source, pair.applicationRoles, signal)),
      target: publishable(await readTables(on.target, pair.applicationRoles, signal)),
    };
    const tables: TableComparison[] = [];
    for (const table of known.source) {
      if (known.target.some(({ quoted }) => quoted === table.quoted)) {
        tables.push(await compareTable(on, table, signal));
      } else {
        tables.push(missing(table, "target"));
      }
    }
    for (const table of known.target) {
      if (!known.source.some(({ quoted }) => quoted === table.quoted)) tables.push(missing(table, "source"));
    }
    return {
      database: pair.name,
      tables,
      rows: tables.reduce((total, { rows }) => total + rows.source, 0),
      isEqual: tables.every(({ different, unsettled }) => different.length + unsettled.length === 0),
    };
  } finally {
    await sessions.close();
  }
}

const missing = ({ quoted }: Table, side: Side): TableComparison => ({
  table: quoted,
  rows: { source: 0, target: 0 },
  different: [`the whole table is missing on the ${side}`],
  unsettled: [],
});

interface Bucket {
  readonly rows: number;
  readonly sums: string;
}

async function compareTable(
  on: Record<Side, Session>,
  table: Table,
  signal: AbortSignal,
): Promise<TableComparison> {
  for (let round = 1; ; round++) {
    const [source, target] = await Promise.all(SIDES.map((side) => sumUp(on[side], table, signal)));
    if (!source || !target) throw new Error("both sides were asked, and one gave no answer");
    const rows = { source: total(source), target: total(target) };
    const differing = [...new Set([...source.keys(), ...target.keys()])].filter(
      (bucket) => source.get(bucket)?.sums !== target.get(bucket)?.sums,
    );
    const looked = differing.slice(0, MOST_BUCKETS);
    const { different, unsettled } = await settle(on, table, looked, signal);
    const isSettled = looked.length === differing.length;
    if (different.length + unsettled.length > 0 || isSettled || round === ROUNDS) {
      const left = isSettled || different.length > 0 ? [] : ["more rows than could be looked at"];
      return {
        table: table.quoted,
        rows,
        different: different.slice(0, MOST_KEYS),
        unsettled: [...unsettled, ...left].slice(0, MOST_KEYS),
      };
    }
  }
}

const total = (buckets: ReadonlyMap<number, Bucket>): number =>
  [...buckets.values()].reduce((sum, { rows }) => sum + rows, 0);

/** Looks at the rows of some buckets until each that differed is equal, or has differed the same way twice. */
async function settle(
  on: Record<Side, Session>,
  table: Table,
  buckets: readonly number[],
  signal: AbortSignal,
): Promise<{ different: string[]; unsettled: string[] }> {
  const different: string[] = [];
  let suspects: Map<string, string> | undefined;
  for (let round = 1; round <= ROUNDS && buckets.length > 0; round++) {
    if (suspects) await passBothWays(on, signal);
    const [source, target] = await Promise.all(
      SIDES.map((side) => readHashes(on[side], table, buckets, signal)),
    );
    const now = new Map<string, string>();
    for (const key of new Set([...(source?.keys() ?? []), ...(target?.keys() ?? [])])) {
      const [here, there] = [source?.get(key), target?.get(key)];
      if (here === there || (suspects && !suspects.has(key))) continue;
      const pair = `${here} ${there}`;
      if (suspects?.get(key) === pair) different.push(key);
      else now.set(key, pair);
    }
    suspects = now;
    if (suspects.size === 0) break;
  }
  return { different, unsettled: [...(suspects?.keys() ?? [])] };
}

/** What was written before has arrived when this returns. */
async function passBothWays(on: Record<Side, Session>, signal: AbortSignal): Promise<void> {
  for (const [sender, receiver] of [
    [on.source, on.target],
    [on.target, on.source],
  ] as const) {
    const seen = await sendMarker(
      { sender, receiver, token: newToken("compare"), patience: MARKER_PATIENCE },
      signal,
    );
    if (seen === undefined) throw new Error(`replication has not carried a row within ${MARKER_PATIENCE} ms`);
  }
}

/** Key and hash of each row. The whole row is text, its columns by name: the order they were added in may differ. */
function hashedRows({ quoted, columns, key }: Table): string {
  const row = (names: readonly string[]): string =>
    `ROW(${names.map((name) => `t.${name}`).join(", ")})::text COLLATE "C"`;
  const hash = `hashtextextended(${row(columns)}, 0)`;
  const identity = key.length > 0 ? row(key) : `'a row with digest ' || ${hash}`;
  return `SELECT identity, hash, (hashtextextended(identity, 0) & ${BUCKETS - 1})::integer AS bucket
            FROM (SELECT ${identity} AS identity, ${hash} AS hash FROM ${quoted} t) hashed`;
}

async function sumUp(session: Session, table: Table, signal: AbortSignal): Promise<Map<number, Bucket>> {
  const rows = await session.query<{ bucket: number; rows: string; sums: string }>(
    signal,
    `SELECT bucket, count(*) AS rows, concat_ws(' ', count(*), bit_xor(hash), sum(hash::numeric)) AS sums
       FROM (${hashedRows(table)}) bucketed GROUP BY bucket`,
  );
  return new Map(rows.map(({ bucket, rows: count, sums }) => [bucket, { rows: Number(count), sums }]));
}

/** Hashes by key; rows without a key may be there several times. */
async function readHashes(
  session: Session,
  table: Table,
  buckets: readonly number[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const rows = await session.query<{ identity: string; hashes: string }>(
    signal,
    `SELECT identity, concat_ws(' ', count(*), sum(hash::numeric)) AS hashes
       FROM (${hashedRows(table)}) bucketed WHERE bucket = ANY ($1) GROUP BY identity`,
    [buckets],
  );
  return new Map(rows.map(({ identity, hashes }) => [identity, hashes]));
}
