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

/** A final pass that is ready: its connections stand, so that nothing but the reading is left for the hold. */
export interface PreparedFinalPass {
  /** Reads what was written since, if that fits; ends itself at the end of the budget. To be run once. */
  run(budgetMs: number): Promise<FinalPass>;
  close(): Promise<void>;
}

/** Share of the budget that may be planned for; the rest is for what comes otherwise. */
const PLANNED = 0.8;

/**
 * Decides by what an earlier verification took, and only then: a pass that is begun in a hold and has to be given up has
 * cost its whole budget for nothing.
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

/**
 * Prepares to verify what was written since an earlier verification, for the moment when nobody writes.
 *
 * Cost: two connections to each side, and a marker in each direction.
 *
 * @throws Error when a side cannot be asked, or replication does not carry a row
 */
export async function prepareFinalPass(
  pair: DatabasePair,
  since: Verification,
  signal: AbortSignal,
): Promise<PreparedFinalPass> {
  const end = new AbortController();
  const verification = await openVerification(pair, AbortSignal.any([signal, end.signal]));
  try {
    await verification.awaitArrival();
  } catch (error) {
    await verification.close();
    throw error;
  }
  return {
    async run(budgetMs) {
      const timer = setTimeout(() => end.abort(), budgetMs);
      let decision: FinalPassDecision = { fits: false, tables: verification.tables };
      try {
        const counted = await verification.activity();
        decision = decideFinalPass(since, counted, budgetMs);
        if (!decision.fits) return { outcome: "left out", decision };
        return { outcome: "verified", verification: await verification.verify({ since }, counted) };
      } catch (error) {
        if (!end.signal.aborted || signal.aborted) throw error;
        return { outcome: "out of time", decision };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => verification.close(),
  };
}
