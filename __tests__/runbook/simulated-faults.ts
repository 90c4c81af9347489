/**
 * What happens to one call to the world.
 * refused: fails, no effect. unanswered: takes effect, then fails. hangs: no effect, no answer.
 * late: no answer, and the effect comes some calls later. crash before, crash after: the process is gone.
 * crash late: the same, and the effect comes some calls later. interrupt: Ctrl-C meanwhile.
 */
export const CALL_FAULTS = [
  "refused",
  "unanswered",
  "hangs",
  "late",
  "crash before",
  "crash after",
  "crash late",
  "interrupt",
] as const;

/**
 * What happens to a handover besides. It has three parts, which others see: the fence, the giving away, the arrival.
 * half: no answer, the fence is there at once and the rest comes later; in flight: so is the giving away. crash half,
 * crash in flight: the same, and the process is gone. given up: the server opens its gate again by itself. not taken:
 * the other side refuses. server lost: the fence stands, and what was to end it is gone.
 */
export const HANDOVER_FAULTS = [
  "half",
  "in flight",
  "crash half",
  "crash in flight",
  "given up",
  "not taken",
  "server lost",
] as const;

export type FaultKind = (typeof CALL_FAULTS | typeof HANDOVER_FAULTS)[number];

export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
  /** For what comes later: how many calls later. */
  readonly delay: number;
}
