import { hostname, userInfo } from "node:os";

/** Who gives the commands, in words for the next one. */
export interface Operator {
  /** Such as `alice (process 4711)`. */
  readonly who: string;
  readonly host: string;
}

/** Who holds a lease. */
export interface Holder extends Operator {
  /** When it was taken, by the holder's clock, as ISO 8601. */
  readonly since: string;
}

/** The right to act on one relocation: one operator at a time. */
export interface Lease {
  /** The fencing token: higher than that of anybody who held the lease before. */
  readonly token: number;
  readonly holder: Holder;
  /**
   * Aborted, with the reason, when it could not be renewed for two thirds of its time, and when it is lost: begin
   * nothing any more. What is left is for taking back what was begun.
   */
  readonly ending: AbortSignal;
  /** Aborted, with the reason, as soon as it may be another's: do nothing any more. */
  readonly lost: AbortSignal;
  /** Throws when it may be another's: ask right before an effect. */
  assertHeld(): void;
  /** Gives it back; safe to call twice. */
  release(): Promise<void>;
}

/** Whoever runs this process. */
export function operatorHere(): Operator {
  return { who: `${userName()} (process ${process.pid})`, host: hostname() };
}

/** One phrase that names a holder. */
export const describeHolder = ({ who, host, since }: Holder): string => `${who} on ${host}, since ${since}`;

/** A container may run as a number that no account has. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
