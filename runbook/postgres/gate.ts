import type { Side } from "../side";
import type { Gate } from "../write-switch";
import { hasSchema } from "./schema-presence";
import type { Session } from "./session";

/** @throws Error when the side has no gate: `start` has not run there */
export async function readGate(session: Session, signal: AbortSignal): Promise<Gate> {
  const [row] = await session.query<{
    side: Side;
    open: boolean;
    holds: boolean;
    epoch: string;
    opened: string;
  }>(signal, "SELECT side, open, holds, epoch, opened FROM relocate.gate");
  if (!row) throw new Error("relocate.gate is empty: run `relocate start` again");
  return { ...row, epoch: Number(row.epoch), opened: Number(row.opened) };
}

/**
 * The gate of a side, if it has one of its own: a replica, and one that is promoted but not joined, show the source's.
 */
export async function ownGate(session: Session, side: Side, signal: AbortSignal): Promise<Gate | undefined> {
  if (!(await hasSchema(session, signal))) return undefined;
  const gate = await readGate(session, signal);
  return gate.side === side ? gate : undefined;
}
