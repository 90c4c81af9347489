import { ownGate, readGate } from "../postgres/gate";
import { hasSchema, isLeftForGood } from "../postgres/schema-presence";
import type { Session } from "../postgres/session";
import type { WriteSwitch } from "../write-switch";
import { takeBack } from "./take-back";
import type { Reach } from "./target-reach";

/**
 * Makes sure that the source has the right to write, and uses it: a fence that stands there is taken back.
 *
 * @param gates of the switch from source to target
 * @param roles of the application
 * @throws Error when the target is the writer, or nobody can tell because it does not answer
 */
export async function assertSourceIsWriter(
  source: Session,
  target: Reach,
  gates: WriteSwitch,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const back = "run `relocate rollback` first: it brings all that was written there back to the source";
  if (await isOpenTarget(target, signal)) throw new Error(`the target is the writer: ${back}`);
  if (await isLeftForGood(source, roles, signal)) {
    throw new Error(
      "the relocation was completed: the target is the writer for good, and there is nothing to abort " +
        "(on the source the application's roles are read-only, and no gate is left)",
    );
  }
  // Without a gate no switch can have begun, or the last trace of one is gone.
  if (!(await hasSchema(source, signal))) return;
  const gate = await readGate(source, signal);
  if (gate.open) return;
  if (!gate.holds && target.kind === "unreachable") {
    throw new Error(
      `the source has given its right to write away with switch ${gate.epoch}, and the target, which may have it, ` +
        `does not answer: ${target.why}`,
    );
  }
  if (await takeBack(gates, signal)) return;
  throw new Error(`the target is the writer, or was it last: ${back}`);
}

/**
 * Whether the source has the right to write and uses it, or nothing is left that could say otherwise. Changes nothing.
 *
 * @returns false when the target is the writer, or neither is
 */
export async function isSourceWriter(
  source: Session,
  target: Reach,
  roles: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if ((await isOpenTarget(target, signal)) || (await isLeftForGood(source, roles, signal))) return false;
  return !(await hasSchema(source, signal)) || (await readGate(source, signal)).open;
}

/** A replica, and one that has only just been promoted, show the source's gate. */
async function isOpenTarget(target: Reach, signal: AbortSignal): Promise<boolean> {
  if (target.kind !== "own") return false;
  return (await ownGate(target.session, "target", signal))?.open ?? false;
}
