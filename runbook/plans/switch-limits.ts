import { HOLD_LIMITS, type HoldLimits } from "../postgres/write-switch";

/** How long the parts of a switch may take, in milliseconds. Beyond a limit the switch is undone, and writes go on. */
export interface SwitchLimits extends HoldLimits {
  /** How long the lag must have stayed low before writers are held. */
  readonly steadyLag: number;
  /** How long a pooler waits for the transactions in it before it is let go again. */
  readonly pause: number;
  /** How long workers and scheduled tasks may go on with what they are at. */
  readonly idle: number;
}

/** What a switch keeps to, unless it is told otherwise. */
export const SWITCH_LIMITS: SwitchLimits = {
  ...HOLD_LIMITS,
  steadyLag: 5_000,
  pause: 2_000,
  idle: 15 * 60_000,
};

/** Time to ask the world and take the handover back, or to hear that it stands, in milliseconds. */
const SETTLING = 1_000;

/**
 * The longest that writers are held by a switch whose runbook and servers live, in milliseconds; usually it is a fraction
 * of a second. It is the time limit of the handover, after which `from` is opened again.
 */
export const longestHold = ({ pause, olderTransactions, drain }: SwitchLimits): number =>
  pause + olderTransactions + drain + SETTLING;
