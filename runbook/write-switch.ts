import type { Position } from "./position";
import type { Side } from "./side";

/** One side's gate. */
export interface Gate {
  readonly side: Side;
  /** Whether application writes are accepted here. */
  readonly open: boolean;
  /** Whether the right to write is here. With a closed gate: a fence stands. Neither side has it: it is under way. */
  readonly holds: boolean;
  /** Number of the last switch this gate took part in. */
  readonly epoch: number;
  /** Number with which it was last opened; the greater of two tells who was the writer last. -1: never. */
  readonly opened: number;
}

/** Both gates of a database, by their part in the switch. */
export interface Gates {
  readonly from: Gate;
  readonly to: Gate;
}

/** What a handover found behind its fence. */
export interface HandedOver {
  /** Most transactions it waited for at once. */
  readonly waitedFor: number;
  /** Application sessions it ended. */
  readonly sentAway: number;
}

/** The write switch of one database in one direction: what the steps of a switch are made of. */
export interface WriteSwitch {
  readonly name: string;
  readonly from: Side;
  readonly to: Side;
  /** How long a promotion may hold writers as a part of the handover, in milliseconds. @default - 0: it has none */
  readonly promotion?: number;
  /** What stands in the way, each with its fix; empty when nothing does. Changes nothing. */
  preflight(signal: AbortSignal): Promise<readonly string[]>;
  /** Sends one row from `from` to `to` and says how long it took to be seen, in milliseconds; the limit of a flight when it was not. */
  lag(signal: AbortSignal): Promise<number>;
  /** What `lag` sends at each measurement, with the side it goes to, for a dry run. */
  lagActions(): readonly string[];
  /** Sees the reverse replication carry a row from `to` to `from`; where it cannot stand yet, prepares it so that none will be missing. */
  proveReverse(signal: AbortSignal): Promise<void>;
  /** What `proveReverse` would send now, each with the side it goes to, for a dry run. */
  proveReverseActions(signal: AbortSignal): Promise<readonly string[]>;
  /** Lets go of what `proveReverse` had to prepare. @default - it prepares nothing */
  readonly forgetReverse?: (signal: AbortSignal) => Promise<void>;
  /** Opens every connection that the hold needs. */
  warm(signal: AbortSignal): Promise<void>;
  gate(part: "from" | "to", signal: AbortSignal): Promise<Gate>;
  /** What `handOver` would send now, for a dry run: each statement with the side it goes to. */
  handOverActions(epoch: number): readonly string[];
  /**
   * Closes `from`, waits until nothing older than that is in flight, and sends the right to write behind all rows.
   * Returns when it has come, and `to` is open. Once it is begun nobody needs to wait for it: it goes to its end, or
   * `from` opens again.
   */
  handOver(epoch: number, signal: AbortSignal): Promise<HandedOver>;
  /**
   * Opens `from` again and spends the number there.
   *
   * @param refused `to` has spent the number, so that what was handed over with it is nobody's
   * @returns false when the right to write has left `from`
   */
  takeBack(epoch: number, refused: boolean, signal: AbortSignal): Promise<boolean>;
  /** Spends the number on `to`. @returns false when `to` has taken over with it */
  refuse(epoch: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Ends the application's sessions that were opened while a side was closed: they are read-only for as long as they last.
   * @default - there are none
   */
  readonly endStale?: (part: "from" | "to", signal: AbortSignal) => Promise<void>;
  /** Has rows go back to `from`, once `to` is the writer; idempotent. @default - they do, all the time */
  readonly openWayBack?: (signal: AbortSignal) => Promise<void>;
  /** What `openWayBack` would send now, each with the side it goes to, for a dry run. @default - nothing */
  readonly openWayBackActions?: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Where the log of `to` stood when it had taken over. @default - it keeps none that could be told */
  readonly position?: SwitchPosition;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** The position of a side that has become the writer, kept on that side. */
export interface SwitchPosition {
  /** @returns `undefined` when the last switch's was not noted yet */
  noted(signal: AbortSignal): Promise<Position | undefined>;
  /** Notes it; idempotent. */
  note(signal: AbortSignal): Promise<Position>;
}

/** @throws Error when either side cannot be asked */
export async function readGates(database: WriteSwitch, signal: AbortSignal): Promise<Gates> {
  const [from, to] = await Promise.all([database.gate("from", signal), database.gate("to", signal)]);
  return { from, to };
}
