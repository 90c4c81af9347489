import type { Side } from "../side";
import type { Session } from "./session";

/** A right to write that is under way. */
export interface UnderWay {
  readonly to: Side;
  /** Number of its switch. */
  readonly epoch: number;
  /** Time from now until the fence stands at the latest, in milliseconds. */
  readonly fence: number;
  /** Time that replication may take from there, in milliseconds. */
  readonly drain: number;
}

/**
 * Waits, on the side it goes to, until the right to write has come.
 *
 * @throws Error when it did not come in time, or was refused
 */
export async function awaitArrival(
  receiver: Session,
  { to, epoch, fence, drain }: UnderWay,
  signal: AbortSignal,
): Promise<void> {
  const [row] = await receiver.query<{ opened: boolean | null; refusal: string | null }>(
    signal,
    "SELECT * FROM relocate.await_handover($1, $2::interval)",
    [epoch, `${fence + drain} milliseconds`],
  );
  if (row?.opened) return;
  throw new Error(
    row?.opened === false
      ? `the ${to} has refused the right to write: ${row.refusal}`
      : `the right to write has not come to the ${to} within ${drain} ms of the fence: look at the lag`,
  );
}
