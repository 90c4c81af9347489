import type { Side } from "./side";

/** A service that answers visitors: whichever side is active, it has to carry all of them. */
export interface WebService {
  readonly name: string;
  /** Tasks that run on a side now. */
  running(side: Side, signal: AbortSignal): Promise<number>;
  /** Whether so many run on a side, and nothing lowers their number by itself. */
  isRaised(side: Side, tasks: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Has at least so many tasks on a side, or the most it may have, and keeps them from being fewer by themselves until
   * `letGo`; returns when they run. Idempotent.
   *
   * @param onChange told what is seen meanwhile
   */
  raise(side: Side, tasks: number, signal: AbortSignal, onChange: (seen: string) => void): Promise<void>;
  /** Lets their number follow the load again; idempotent. */
  letGo(side: Side): Promise<void>;
  /** Tasks that a side has as it is described, while it is the active one. */
  readonly described: Readonly<Record<Side, number>>;
}
