import { DatabaseError } from "pg";
import type { DatabasePair } from "../world";
import { isQuiet, readActivity, type Counted } from "./activity";
import { compareByBlock } from "./by-block";
import { compareByKey } from "./by-key";
import { pairTables, type ComparedTable, type Uncomparable } from "./compared-table";
import { agreeOnHashing } from "./hashing";
import { progressOf } from "./progress";
import { openReader, type Reader } from "./reader";
import {
  verdictOf,
  worstVerdict,
  type TableState,
  type TableVerification,
  type Verification,
  type VerificationState,
  type VerifyOptions,
} from "./result";
import { readShapes } from "./shape";
import type { Reading } from "./table-reading";

/** A verification whose connections stand and whose tables are known: what is to be quick can be prepared. */
export interface OpenVerification {
  /** The tables that can be compared by rows, quoted. */
  readonly tables: readonly string[];
  /** What both servers know of them by now, by table. */
  activity(): Promise<ReadonlyMap<string, Counted>>;
  /**
   * @param counted what `activity` has just said. @default - it is asked
   * @throws Error as {@link verifyTables}
   */
  verify(
    options?: Omit<VerifyOptions, "signal">,
    counted?: ReadonlyMap<string, Counted>,
  ): Promise<Verification>;
  /** Sees replication carry what was committed. @throws Error when it does not in time */
  awaitArrival(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Compares all tables of both sides while they are written and replicated: rows are counted and their hashes summed up
 * in chunks, and where the sums differ it goes down to the rows. Changes nothing; no statement, and so no snapshot, lasts
 * longer than a minute, most last half a second. Memory does not grow with the tables.
 *
 * Cost: every row is read once on both sides. Between the regions only sums are sent, and the keys of rows that differ.
 *
 * @throws Error when a side cannot be asked, or replication does not carry rows while some look different; what was found
 *   so far is in the last state; the abort's reason when it is aborted
 */
export async function verifyTables(pair: DatabasePair, options: VerifyOptions): Promise<Verification> {
  const { signal, share = 1 } = options;
  if (!(share > 0 && share <= 1)) throw new Error(`share ${share}: expected above 0, and at most 1`);
  const verification = await openVerification(pair, signal);
  try {
    return await verification.verify(options);
  } catch (error) {
    // An abort ends connections, which says less than its reason.
    signal.throwIfAborted();
    throw error;
  } finally {
    await verification.close();
  }
}

/** @param signal ends it, and its connections */
export async function openVerification(pair: DatabasePair, signal: AbortSignal): Promise<OpenVerification> {
  const reader = openReader(pair, signal);
  const plan = await planOf(pair, reader, signal).catch(async (error: unknown) => {
    await reader.close();
    throw error;
  });
  const comparable = namesOf(plan);
  return {
    tables: comparable,
    activity: () => readActivity(reader, comparable),
    verify: (options = {}, counted) => verify(pair, reader, plan, { ...options, signal }, counted),
    awaitArrival: () => reader.awaitArrival(),
    close: () => reader.close(),
  };
}

type Plan = readonly (ComparedTable | Uncomparable)[];

/** Tables that are compared by rows. */
const namesOf = (plan: Plan): string[] => plan.flatMap((table) => ("fault" in table ? [] : [table.quoted]));

async function verify(
  pair: DatabasePair,
  reader: Reader,
  plan: Plan,
  { signal, share = 1, since, ...options }: VerifyOptions,
  counted?: ReadonlyMap<string, Counted>,
): Promise<Verification> {
  const tables = chosen(plan, options.tables);
  const activity = counted ?? (await readActivity(reader, namesOf(tables)));
  const begun = begin(pair, options.state);
  const done = begun.done.filter(({ table }) => tables.some(({ quoted }) => quoted === table));
  const report = progressOf(pair.name, begun, tables, options.onProgress);
  for (const table of tables) {
    if (done.some((earlier) => earlier.table === table.quoted)) continue;
    const written = activity.get(table.quoted);
    const onState = (state: TableState): Promise<void> => report.reading(state, done);
    const state = resumed(table, begun.current, written);
    const reading = { reader, share, signal, onState };
    done.push(
      unwritten(since, table, written) ??
        (await verifyTable(table, reading, state, written?.isCopying ?? false)),
    );
    await report.between(table.quoted, done);
  }
  return {
    database: pair.name,
    verdict: worstVerdict(done.map(({ verdict }) => verdict)),
    tables: done,
    rows: done.reduce((sum, { rows }) => sum + rows.source, 0),
    startedAt: begun.startedAt,
    endedAt: new Date().toISOString(),
  };
}

async function verifyTable(
  table: ComparedTable | Uncomparable,
  reading: Omit<Reading, "table">,
  state: TableState,
  isCopying: boolean,
): Promise<TableVerification> {
  if ("fault" in table) return withVerdict({ ...state.found, fault: table.fault });
  // The copy comes by a way of its own, ahead of which no marker tells anything.
  if (isCopying) return withVerdict({ ...state.found, unsettled: ["all rows: they are still being copied"] });
  const compare = table.isOrdered ? compareByKey : compareByBlock;
  try {
    return withVerdict(await compare({ ...reading, table }, state));
  } catch (error) {
    // A table that may not be read, or was dropped, is its own fault and not the others'.
    if (!(error instanceof DatabaseError && error.code?.startsWith("42"))) throw error;
    return withVerdict({ ...state.found, fault: `it cannot be read: ${error.message}` });
  }
}

const withVerdict = (found: TableState["found"]): TableVerification => ({
  ...found,
  verdict: verdictOf(found),
});

async function planOf(pair: DatabasePair, reader: Reader, signal: AbortSignal): Promise<Plan> {
  const hashing = await agreeOnHashing(reader);
  const shapes = await readShapes(pair, signal);
  return pairTables(shapes, hashing);
}

function chosen<T extends { readonly quoted: string }>(
  tables: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  if (!names) return tables;
  const unknown = names.filter((name) => !tables.some(({ quoted }) => quoted === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such table: ${unknown.join(", ")}; there are ${tables.map(({ quoted }) => quoted).join(", ") || "none"}`,
    );
  }
  return tables.filter(({ quoted }) => names.includes(quoted));
}

function begin(pair: DatabasePair, state: VerificationState | undefined): VerificationState {
  if (!state) return { version: 1, database: pair.name, startedAt: new Date().toISOString(), done: [] };
  if (state.database !== pair.name) {
    throw new Error(`the state is of database ${state.database}, expected ${pair.name}`);
  }
  return state;
}

/** An earlier result that still holds: the table was equal, and nobody has written to it since. */
function unwritten(
  since: Verification | undefined,
  { quoted }: { readonly quoted: string },
  counted: Counted | undefined,
): TableVerification | undefined {
  const earlier = since?.tables.find(({ table }) => table === quoted);
  return earlier?.verdict === "equal" && isQuiet(earlier.activity, counted?.activity) ? earlier : undefined;
}

/** Where reading a table goes on, or the beginning. */
function resumed(
  table: ComparedTable | Uncomparable,
  current: TableState | undefined,
  counted: Counted | undefined,
): TableState {
  const shape = "fault" in table ? "" : table.shape;
  if (current?.found.table === table.quoted && current.shape === shape) return current;
  const rows = { source: 0, target: 0 };
  const found = {
    table: table.quoted,
    rows,
    chunks: 0,
    differences: [],
    more: false,
    unsettled: [],
    activity: counted?.activity,
    readMs: 0,
  };
  return { found, shape };
}
