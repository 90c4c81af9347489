import type { JournalEntry } from "./journal-entry";

/** A run of a plan that has neither ended nor been taken back. */
export interface CutOff {
  /** Its number: the run that takes it up keeps it. */
  readonly run: number;
  /** Ids of the steps that were begun and not taken back. */
  readonly begun: ReadonlySet<string>;
  /** It was seen beyond its point of no return. */
  readonly crossed: boolean;
}

/**
 * The plan's run that the same command takes up. Runs of other plans since then are looked past, until one has
 * crossed its own point of no return: then the world is another one, and nothing of the old run is left to take up.
 *
 * @param plan id
 * @returns undefined when its last run has ended, or there was none
 */
export function cutOffRun(plan: string, entries: readonly JournalEntry[]): CutOff | undefined {
  for (const { run, plan: id, event } of [...entries].reverse()) {
    if (id !== plan && event === "crossed") return undefined;
    if (id !== plan) continue;
    if (event === "plan done" || event === "plan undone") return undefined;
    return readRun(run, entries);
  }
  return undefined;
}

/**
 * When the plan's run that is under way began, as it was written down: alike however often the run is taken up, for what
 * must be done once a run.
 *
 * @throws Error when none is under way
 */
export function runBegunAt(plan: string, entries: readonly JournalEntry[]): string {
  const run = cutOffRun(plan, entries)?.run;
  const begun = entries.find((entry) => entry.run === run);
  if (begun) return begun.at;
  throw new Error(`the journal knows no run of ${plan} that is under way, expected one`);
}

function readRun(number: number, all: readonly JournalEntry[]): CutOff {
  const entries = all.filter(({ run }) => run === number);
  const begun = new Set<string>();
  for (const { event, step } of entries) {
    if (step === undefined) continue;
    if (event === "step begun") begun.add(step);
    if (event === "step undone") begun.delete(step);
  }
  return { run: number, begun, crossed: entries.some(({ event }) => event === "crossed") };
}
