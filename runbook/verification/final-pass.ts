import type { DatabasePair } from "../world";
import { isQuiet, type Counted } from "./activity";
import type { Verification } from "./result";
import { openVerification } from "./tables";

/** Whether what was written since a verification can be verified in the time that is given. */
export interface FinalPassDecision {
  readonly fits: boolean;
  /** Tables to be read again, quoted. */
  readonly tables: readonly string[];
  /** What reading them took the last time, in milliseconds. @default - one of them was not read yet */
  readonly estimatedMs?: number;
}

/** How a final pass went. */
export type FinalPass =
  | { readonly outcome: "verified"; readonly verification: Verification }
  /** Nothing was read: it would take longer than its budget. */
  | { readonly outcome: "left out"; readonly decision: FinalPassDecision }
  /** It took longer than was expected, and was ended. */
  | { readonly outcome: "out of time"; readonly decision: FinalPassDecision };

/** Share of the budget that may be planned for; the rest is for what comes otherwise. */
const PLANNED = 0.8;

/**
 * Decides by what an earlier verification took: a pass that is begun and has to be given up has cost its whole budget for
 * nothing.
 */
export function decideFinalPass(
  since: Verification,
  now: ReadonlyMap<string, Counted>,
  budgetMs: number,
): FinalPassDecision {
  const earlier = new Map(since.tables.map((table) => [table.table, table]));
  const tables = [...now.keys()].filter((table) => {
    const before = earlier.get(table);
    return before?.verdict !== "equal" || !isQuiet(before.activity, now.get(table)?.activity);
  });
  const times = tables.map((table) => earlier.get(table)?.readMs);
  const known = times.filter((time) => time !== undefined);
  const estimatedMs = known.length === times.length ? known.reduce((sum, time) => sum + time, 0) : undefined;
  return { fits: estimatedMs !== undefined && estimatedMs <= budgetMs * PLANNED, tables, estimatedMs };
}

/** What a final pass would read now. @throws Error when a side cannot be asked */
export async function planFinalPass(
  pair: DatabasePair,
  since: Verification,
  budgetMs: number,
  signal: AbortSignal,
): Promise<FinalPassDecision> {
  const verification = await openVerification(pair, signal);
  try {
    return decideFinalPass(since, await verification.activity(), budgetMs);
  } finally {
    await verification.close();
  }
}

/**
 * Verifies what was written since an earlier verification, if that fits, and ends itself at the end of the budget.
 *
 * Cost: tables that were written are read whole on both sides; those that were not cost nothing.
 *
 * @throws Error as `verifyTables`
 */
export async function finalPass(
  pair: DatabasePair,
  since: Verification,
  budgetMs: number,
  signal: AbortSignal,
): Promise<FinalPass> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), budgetMs);
  let decision: FinalPassDecision = { fits: false, tables: [] };
  try {
    const verification = await openVerification(pair, AbortSignal.any([signal, end.signal]));
    try {
      const counted = await verification.activity();
      decision = decideFinalPass(since, counted, budgetMs);
      if (!decision.fits) return { outcome: "left out", decision };
      return { outcome: "verified", verification: await verification.verify({ since }, counted) };
    } finally {
      await verification.close();
    }
  } catch (error) {
    if (!end.signal.aborted || signal.aborted) throw error;
    return { outcome: "out of time", decision };
  } finally {
    clearTimeout(timer);
  }
}
