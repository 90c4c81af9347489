import { NOT_OF_EXTENSION, OF_APPLICATION } from "../postgres/catalog";
import type { Session } from "../postgres/session";
import type { LateSides } from "./sides";

/** A sequence of one side. Numbers as text: they have 64 bits. */
interface Sequence {
  readonly quoted: string;
  /** The next number that it gives. */
  readonly next: string;
  readonly increment: string;
  readonly least: string;
  readonly most: string;
}

/** Numbers that stay free above the source's at least, so that rows that are still written there take none of the target's. */
const MARGIN = 1_000n;

const SEQUENCES = `
SELECT format('%I.%I', n.nspname, c.relname) AS quoted, s.seqincrement::text AS increment, s.seqmin::text AS least, s.seqmax::text AS most
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
 WHERE ${OF_APPLICATION} AND ${NOT_OF_EXTENSION} ORDER BY 1`;

/**
 * Moves the target's sequences beyond the source's, by as many numbers again as the source has drawn since: while both sides
 * are written, numbers would else be drawn twice. Never moves one back; a sequence's order may go down.
 *
 * @returns those that were moved, quoted
 */
export async function moveSequences({ on }: LateSides, signal: AbortSignal): Promise<string[]> {
  const [source, target] = await Promise.all([read(on.source, signal), read(on.target, signal)]);
  const moved: string[] = [];
  for (const here of target) {
    const there = source.find(({ quoted }) => quoted === here.quoted);
    const next = there && nextNumber(there, here);
    if (next === undefined) continue;
    await on.target.query(signal, "SELECT setval($1::regclass, $2, false)", [here.quoted, String(next)]);
    moved.push(here.quoted);
  }
  return moved;
}

/** The number that the target's sequence is to give next. @returns undefined when it is far enough. Pure. */
export function nextNumber(
  source: Omit<Sequence, "quoted">,
  target: Omit<Sequence, "quoted">,
): bigint | undefined {
  const increment = BigInt(source.increment);
  const [there, here] = [BigInt(source.next), BigInt(target.next)];
  const drawn = (there - here) / increment;
  if (drawn <= -MARGIN) return undefined;
  const next = there + increment * (drawn > MARGIN ? drawn : MARGIN);
  const [least, most] = [BigInt(target.least), BigInt(target.most)];
  const limited = next > most ? most : next < least ? least : next;
  return limited === here ? undefined : limited;
}

async function read(session: Session, signal: AbortSignal): Promise<Sequence[]> {
  const found = await session.query<Omit<Sequence, "next"> & { quoted: string }>(signal, SEQUENCES);
  const read: Sequence[] = [];
  for (const sequence of found) {
    const [row] = await session.query<{ next: string }>(
      signal,
      `SELECT (last_value + CASE WHEN is_called THEN $1::bigint ELSE 0 END)::text AS next FROM ${sequence.quoted}`,
      [sequence.increment],
    );
    if (row) read.push({ ...sequence, next: row.next });
  }
  return read;
}
