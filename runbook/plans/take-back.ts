import type { WriteSwitch } from "../write-switch";

/**
 * Makes sure that a switch cannot go on, and that `from` is the writer. As long as the right to write has not left
 * `from`, that is settled there alone; what is under way comes back once `to` has refused it.
 *
 * @param known number of the switch. @default - the one that the gate of `from` has seen, or would see next
 * @returns false when `to` has taken over: then it stays the writer
 */
export async function takeBack(database: WriteSwitch, signal: AbortSignal, known?: number): Promise<boolean> {
  const epoch = known ?? (await ownNumber(database, signal));
  if (await database.takeBack(epoch, false, signal)) return true;
  return (await database.refuse(epoch, signal)) && database.takeBack(epoch, true, signal);
}

/** A call that has not come yet must be spent too, or it comes with nobody there. */
async function ownNumber(database: WriteSwitch, signal: AbortSignal): Promise<number> {
  const { open, epoch } = await database.gate("from", signal);
  return open ? epoch + 1 : epoch;
}
