import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { check, findingsOf } from "./preflight/check";
import type { Finding } from "./preflight/finding";
import { SWITCH_KINDS } from "./preflight/kinds";
import { readSurvey } from "./preflight/survey";
import type { Session } from "./session";

/** The two ends of a switch, as the preflight looks at them. */
export interface SwitchEnds {
  readonly pair: DatabasePair;
  readonly from: Side;
  readonly to: Side;
  readonly onFrom: Session;
  readonly onTo: Session;
  /** Age of a transaction, in milliseconds, with which the fence would not end in time. */
  readonly patience: number;
}

/** What would make a switch fail or lose something, each finding with its fix. Changes nothing. */
export async function switchFindings(
  { pair, from, onFrom, onTo, patience }: SwitchEnds,
  signal: AbortSignal,
): Promise<Finding[]> {
  const on = from === "source" ? { source: onFrom, target: onTo } : { source: onTo, target: onFrom };
  const survey = await readSurvey({ pair, on, phase: "switch", writer: from, patience, signal });
  return findingsOf(await check(SWITCH_KINDS, survey));
}
