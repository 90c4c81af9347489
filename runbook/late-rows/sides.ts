import { DatabaseError } from "pg";
import { login } from "../postgres/sessions";
import type { Session } from "../postgres/session";
import { SIDES, type Side } from "../side";
import { SET_TEXT_SETTINGS } from "../verification/text-settings";
import type { SnapshotPair } from "../world";
import { hasRecord } from "./record";
import { readRecordedTables, type RecordedTable } from "./recorded-table";

/** Both sides of a database whose target was restored from a snapshot, and what they have alike. */
export interface LateSides {
  readonly pair: SnapshotPair;
  readonly on: Readonly<Record<Side, Session>>;
  /** Tables whose late rows can be told, by quoted name; partitions count to what they are partitions of. */
  readonly tables: ReadonlyMap<string, RecordedTable>;
  /** Tables whose late rows cannot be told, each with what to do. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Any number: whoever holds it in this database alone looks for late rows, or replays them. */
const LOCK = 7_116_120_217;

/** How long one that was killed may still hold it, in milliseconds: its server notices within a second or two. */
const LOCK_PATIENCE = 5_000;

/** What no two sessions of two servers have alike. */
const SESSION = "a.datname || ' ' || a.pid || ' ' || a.backend_start";

const SETTINGS = `${SET_TEXT_SETTINGS}; SET row_security = off; SET jit = off`;

/**
 * Opens both sides.
 *
 * @throws Error when a side cannot be asked, the source records nothing, or the target was not restored from a snapshot
 *   that holds the record
 */
export async function openLateSides(pair: SnapshotPair, signal: AbortSignal): Promise<LateSides> {
  const opened: Session[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((session) => session.close()));
  };
  const open = async (side: Side): Promise<Session> => {
    const session = await login(pair, side, signal);
    opened.push(session);
    await session.query(signal, SETTINGS);
    const [standing] = await session.query<{ isReplica: boolean }>(
      signal,
      'SELECT pg_is_in_recovery() AS "isReplica"',
    );
    if (standing?.isReplica)
      throw new Error(`the ${side} is a replica: expected a writable server of its own`);
    return session;
  };
  try {
    const source = await open("source");
    if (!(await hasRecord(source, signal)))
      throw new Error(
        "the source records nothing: run `relocate start`, and take the snapshot after it; what was written before it cannot be told",
      );
    const on = { source, target: await open("target") };
    await assertApart(on, signal);
    await takeLock(source, "source", signal);
    await takeLock(on.target, "target", signal);
    await assertRestored(on, signal);
    const [here, there] = await Promise.all(SIDES.map((side) => readRecordedTables(on[side], signal)));
    return { pair, on, ...paired(here ?? [], there ?? []), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws Error when one side sees the session on the other */
async function assertApart(
  { source, target }: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<void> {
  const [own] = await source.query<{ session: string }>(
    signal,
    `SELECT ${SESSION} AS session FROM pg_stat_activity a WHERE pid = pg_backend_pid()`,
  );
  const [seen] = await target.query<{ isThere: boolean }>(
    signal,
    `SELECT EXISTS (SELECT FROM pg_stat_activity a WHERE ${SESSION} = $1) AS "isThere"`,
    [own?.session],
  );
  if (seen?.isThere)
    throw new Error(
      "the source and the target are the same database: expected a target that was restored from a snapshot",
    );
}

/** @throws Error when somebody else has it */
async function takeLock(session: Session, side: Side, signal: AbortSignal): Promise<void> {
  await session.query(signal, `SET lock_timeout = ${LOCK_PATIENCE}`);
  try {
    await session.query(signal, `SELECT pg_advisory_lock(${LOCK})`);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "55P03")) throw error;
    throw new Error(`somebody else is looking for late rows on the ${side}: wait until that has ended`, {
      cause: error,
    });
  }
  await session.query(signal, "SET lock_timeout = 0");
}

async function assertRestored(on: Readonly<Record<Side, Session>>, signal: AbortSignal): Promise<void> {
  if (!(await hasRecord(on.target, signal)))
    throw new Error(
      "the target holds no record: it was restored from a snapshot that is older than `relocate start`, or from none. " +
        "Take a snapshot of the source now, and restore the target from that",
    );
  const idOf = async (side: Side): Promise<string | undefined> =>
    (await on[side].query<{ id: string }>(signal, "SELECT id FROM relocate.record"))[0]?.id;
  const [source, target] = await Promise.all(SIDES.map(idOf));
  if (source !== target)
    throw new Error(
      `the target's record is ${target}, the source's ${source}: it was restored from a snapshot of another database, ` +
        "or of one before an abort. Take a snapshot of the source now, and restore the target from that",
    );
}

/** Late rows are told by table as the application knows it, so a partition must be recorded too, but stands for nothing. */
function paired(
  source: readonly RecordedTable[],
  target: readonly RecordedTable[],
): Pick<LateSides, "tables" | "faults"> {
  const there = new Map(target.map((table) => [table.quoted, table]));
  const faults: string[] = [];
  const tables = new Map<string, RecordedTable>();
  for (const table of source) {
    const fault = faultOf(table, there.get(table.quoted));
    if (fault !== undefined) faults.push(`${table.quoted}: ${fault}`);
    else if (table.root === null) tables.set(table.quoted, table);
  }
  return { tables, faults };
}

function faultOf(table: RecordedTable, twin: RecordedTable | undefined): string | undefined {
  if (!table.isRecorded)
    return "it came after `relocate start`, and is not recorded: run `relocate start` again; what was written in it before cannot be told";
  if (!twin)
    return "the target has no such table: it came after the snapshot. Make it there, and copy its rows by hand";
  const described = ({ columns, key }: RecordedTable): string => JSON.stringify({ columns, key });
  if (described(table) !== described(twin))
    return "its columns or its key have changed after the snapshot: make the same change on the target";
  if (!twin.isRecorded)
    return "the target does not record it, so what was written there cannot be told: restore it from a newer snapshot";
  return table.fault ?? twin.fault ?? undefined;
}
