import type { Side } from "../side";
import type { DatabasePair } from "../world";
import { check, findingsOf } from "./preflight/check";
import type { Finding } from "./preflight/finding";
import { START_KINDS } from "./preflight/kinds";
import { readSurvey } from "./preflight/survey";
import type { Session } from "./session";

/** Age from which a transaction keeps the start waiting, in milliseconds: it begins when all older ones have ended. */
export const START_PATIENCE = 60_000;

/** What keeps two databases from being put into replication, each finding with its fix. Changes nothing. */
export async function startFindings(
  pair: DatabasePair,
  on: Readonly<Record<Side, Session>>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const survey = await readSurvey({
    pair,
    on,
    phase: "start",
    writer: "source",
    patience: START_PATIENCE,
    signal,
  });
  return findingsOf(await check(START_KINDS, survey));
}
