import type { Position } from "../position";
import type { Side } from "../side";
import { slotName } from "./subscription";
import type { Session } from "./session";

const TABLE = `
CREATE TABLE IF NOT EXISTS relocate.position (
  epoch     bigint PRIMARY KEY,
  lsn       pg_lsn NOT NULL,
  timeline  integer NOT NULL,
  confirmed pg_lsn,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
)`;

/** The name of a log file begins with its timeline; what that file's name says is refused to nobody. */
const RECORD = `
INSERT INTO relocate.position (epoch, lsn, timeline, confirmed)
SELECT $1, pg_current_wal_insert_lsn(), ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer,
       (SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = $2)
ON CONFLICT (epoch) DO NOTHING`;

const READ = `
SELECT epoch::integer AS epoch, lsn::text AS lsn, timeline, confirmed::text AS confirmed,
       (extract(epoch FROM at) * 1000)::float8 AS at
  FROM relocate.position WHERE epoch = $1`;

/** The position that was noted for a switch. @returns `undefined` when there is none */
export async function readPosition(
  writer: Session,
  epoch: number,
  signal: AbortSignal,
): Promise<Position | undefined> {
  const [present] = await writer.query(signal, "SELECT WHERE to_regclass('relocate.position') IS NOT NULL");
  if (!present) return undefined;
  const [row] = await writer.query<{ [K in keyof Position]-?: Position[K] | null }>(signal, READ, [epoch]);
  return row && ({ ...row, confirmed: row.confirmed ?? undefined } as Position);
}

/**
 * Notes on the new writer, in the runbook's own schema, where its log stands, for going back and for whoever takes
 * changes from it. Noted once a switch: a repetition reads what was noted.
 *
 * @param writer session on the new writer
 * @param from the side that was left: the way back leads there
 */
export async function recordPosition(
  writer: Session,
  {
    epoch,
    from,
    databaseName,
  }: { readonly epoch: number; readonly from: Side; readonly databaseName: string },
  signal: AbortSignal,
): Promise<Position> {
  await writer.query(signal, TABLE);
  await writer.query(signal, RECORD, [epoch, slotName(from, databaseName)]);
  const noted = await readPosition(writer, epoch, signal);
  if (!noted) throw new Error(`the position of switch ${epoch} was noted, and is not there`);
  return noted;
}
