import type { Side } from "../side";
import type { Gate } from "../write-switch";
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
