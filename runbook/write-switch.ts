import type { Side } from "./side";

/** One side's gate. */
export interface Gate {
  readonly side: Side;
  /** Whether application writes are accepted here. */
  readonly open: boolean;
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

/** What the fence found. */
export interface Fenced {
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
  /** What stands in the way, each with its fix; empty when nothing does. Changes nothing. */
  preflight(signal: AbortSignal): Promise<readonly string[]>;
  /** Sends one row from `from` to `to` and says how long it took to be seen, in milliseconds; the drain's limit when it was not. */
  lag(signal: AbortSignal): Promise<number>;
  /** Opens every connection that the hold needs. */
  warm(signal: AbortSignal): Promise<void>;
  gate(part: "from" | "to", signal: AbortSignal): Promise<Gate>;
  /** Closes `from`, waits until nothing older than that is in flight, and sends the drain's marker. */
  fence(epoch: number, signal: AbortSignal): Promise<Fenced>;
  /** Waits until `to` has everything and makes that durable with the sequences. @returns how many sequences were set */
  drain(epoch: number, signal: AbortSignal): Promise<number>;
  /** Sees the reverse replication carry a row from `to` to `from`. */
  proveReverse(epoch: number, signal: AbortSignal): Promise<void>;
  /** Opens `to`. */
  open(epoch: number, signal: AbortSignal): Promise<void>;
  /** Opens `from` again and spends the number. */
  reopen(epoch: number, signal: AbortSignal): Promise<void>;
  /** Spends the number on `to`. @returns false when `to` is open */
  forfeit(epoch: number, signal: AbortSignal): Promise<boolean>;
  /** Ends calls that are still waiting on a server; they are not wanted any more. */
  abandon(): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** @throws Error when either side cannot be asked */
export async function readGates(database: WriteSwitch, signal: AbortSignal): Promise<Gates> {
  const [from, to] = await Promise.all([database.gate("from", signal), database.gate("to", signal)]);
  return { from, to };
}

/**
 * The number of the switch that stands before these gates: that of a fence which stands and was not taken back, else
 * one that neither gate has seen.
 */
export function epochOf({ from, to }: Gates): number {
  const fenced = !from.open && !to.open && from.epoch > to.epoch;
  return fenced ? from.epoch : Math.max(from.epoch, to.epoch) + 1;
}
