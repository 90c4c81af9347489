import type { Side } from "../side";
import type { Session } from "./session";

/** A row that is to be seen on the other side. */
export interface MarkerFlight {
  readonly sender: Session;
  readonly receiver: Session;
  /** Unique: a token is sent once. */
  readonly token: string;
  /** How long to wait for it, in milliseconds. */
  readonly patience: number;
}

/** What `sendMarker` does, for a dry run. */
export const markerAction = (sender: Side, receiver: Side): string =>
  `${sender}: INSERT INTO relocate.marker, and DELETE it when the ${receiver} has it`;

/**
 * Sends a marker by replication and waits where it arrives: the only proof that a subscription carries rows. What the
 * servers' statistics say about a stream goes stale without a sign when one end is frozen.
 *
 * @returns milliseconds until the receiver had it, or `undefined` when it did not come in time
 */
export async function sendMarker(
  { sender, receiver, token, patience }: MarkerFlight,
  signal: AbortSignal,
): Promise<number | undefined> {
  const begun = performance.now();
  // Both at once: the receiver's answer then costs one flight after the row's arrival.
  const [rows] = await Promise.all([
    receiver.query<{ seen: boolean }>(signal, "SELECT relocate.await_marker($1, $2::interval) AS seen", [
      token,
      `${patience} milliseconds`,
    ]),
    sender.query(signal, "INSERT INTO relocate.marker (token) VALUES ($1)", [token]),
  ]);
  if (!rows[0]?.seen) return undefined;
  const took = performance.now() - begun;
  // Not awaited: it may be writers who wait. A row that stays is harmless, nobody asks for its token again.
  void Promise.allSettled([sender.query(signal, "DELETE FROM relocate.marker WHERE token = $1", [token])]);
  return took;
}
