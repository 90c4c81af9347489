import { attempt, forever, messageOf, type Attempt } from "./attempt";
import type { Journal } from "./journal";
import type { JournalEntry, JournalNote } from "./journal-entry";
import type { Outcome, PlanProgress, PlanResult, StepResult } from "./result";
import type { Plan, Step } from "./step";

/** The bookkeeping of one run: journal, progress and results. It decides nothing. */
export interface Run {
  /** Whether the step was begun in this run, or in the part of it that was cut off. */
  hasBegun(step: Step): boolean;
  planBegun(): Promise<void>;
  alreadyStanding(steps: readonly Step[]): void;
  stepBegun(step: Step): Promise<void>;
  stepDone(step: Step, tried: Attempt<unknown>, already: boolean): void;
  stepFailed(step: Step, tried: Attempt<unknown>): Promise<void>;
  stepUndone(step: Step, tried: Attempt<unknown>): Promise<void>;
  crossed(step: Step): void;
  end(outcome: Outcome, stands: string, cause?: string): Promise<PlanResult>;
}

/** A disk that does not answer must not keep writers waiting; in milliseconds. */
const JOURNAL_TIMEOUT = 5_000;

/** Opens the books, at the page where an earlier run of the plan was cut off. */
export function openRun(plan: Plan, journal: Journal, onProgress?: (progress: PlanProgress) => void): Run {
  const earlier = cutOff(plan, journal.entries);
  const resumed = earlier.length > 0;
  const number = earlier[0]?.run ?? Math.max(0, ...journal.entries.map((entry) => entry.run)) + 1;
  const begun = stillBegun(earlier);
  const results = new Map<string, StepResult>(plan.steps.map((step) => [step.id, notReached(step)]));
  const pending: JournalNote[] = [];
  let isCrossed = false;

  const note = (event: JournalNote["event"], more: Partial<JournalNote> = {}): JournalNote => ({
    run: number,
    plan: plan.id,
    event,
    ...more,
  });
  const tell = (step: Step, event: PlanProgress["event"], more: Partial<PlanProgress> = {}): void =>
    onProgress?.({ plan: plan.id, step: step.id, title: step.title, event, ...more });
  const set = (step: Step, result: Partial<StepResult>): void => {
    results.set(step.id, { ...(results.get(step.id) ?? notReached(step)), ...result });
  };
  /** Writes what has gathered, so that one step costs one flush to disk, not two. */
  const write = async (...notes: JournalNote[]): Promise<void> => {
    const writing = [...pending, ...notes];
    pending.length = 0;
    const written = await attempt(JOURNAL_TIMEOUT, forever(), () => journal.append(...writing));
    if (written.failed !== undefined) throw new Error(`the journal cannot be written: ${written.failed}`);
  };
  /** A journal that cannot be written must not keep the runbook from taking back what it has begun. */
  const writeIfPossible = async (step: Step, ...notes: JournalNote[]): Promise<void> => {
    try {
      await write(...notes);
    } catch (error) {
      set(step, { observations: { ...results.get(step.id)?.observations, journalError: messageOf(error) } });
    }
  };

  return {
    hasBegun: (step) => begun.has(step.id),
    planBegun: () => write(note("plan begun")),
    alreadyStanding(steps) {
      for (const step of steps) {
        set(step, { state: "done", already: true });
        tell(step, "already done");
      }
    },
    async stepBegun(step) {
      begun.add(step.id);
      await write(note("step begun", { step: step.id }));
      tell(step, "begun");
    },
    stepDone(step, { startedAt, durationMs, observations }, already) {
      set(step, { state: "done", already, startedAt, durationMs, observations });
      pending.push(note("step done", { step: step.id, observations }));
      tell(step, already ? "already done" : "done", { durationMs, observations });
    },
    async stepFailed(step, { startedAt, durationMs, observations, failed }) {
      set(step, { state: "failed", startedAt, durationMs, observations, error: failed });
      tell(step, "failed", { durationMs, observations, error: failed });
      await writeIfPossible(step, note("step failed", { step: step.id, observations, error: failed }));
    },
    async stepUndone(step, { durationMs, failed }) {
      tell(step, failed === undefined ? "undone" : "not undone", { durationMs, error: failed });
      const before = results.get(step.id);
      if (failed !== undefined) {
        set(step, {
          state: "failed",
          error: [before?.error, `not undone: ${failed}`].filter(Boolean).join("; "),
        });
        return;
      }
      // The step that failed stays "failed": that is what the operator looks for.
      if (before?.state !== "failed") set(step, { state: "undone" });
      await writeIfPossible(step, note("step undone", { step: step.id }));
    },
    crossed(step) {
      isCrossed = true;
      tell(step, "crossed");
    },
    async end(outcome, stands, cause) {
      const first = plan.steps[0];
      const closing = note(`plan ${outcome}`, { error: cause });
      if (first) await writeIfPossible(first, closing);
      return {
        plan: plan.id,
        title: plan.title,
        outcome,
        resumed,
        crossed: isCrossed,
        steps: [...results.values()],
        cause,
        stands,
      };
    },
  };
}

/**
 * The entries of the plan's run that is to be taken up; none when its last run has ended. Runs of other plans since
 * then are looked past when they were undone: they have left the world as they found it.
 */
function cutOff(plan: Plan, entries: readonly JournalEntry[]): JournalEntry[] {
  const later = new Set<number>();
  for (const { run, plan: id, event } of [...entries].reverse()) {
    if (later.has(run)) continue;
    later.add(run);
    if (event === "plan undone" && id !== plan.id) continue;
    const isTakenUp = id === plan.id && event !== "plan done" && event !== "plan undone";
    return isTakenUp ? entries.filter((entry) => entry.run === run) : [];
  }
  return [];
}

/** What the part of a run before the cut had begun and not taken back. */
function stillBegun(entries: readonly JournalNote[]): Set<string> {
  const begun = new Set<string>();
  for (const { event, step } of entries) {
    if (step === undefined) continue;
    if (event === "step begun") begun.add(step);
    if (event === "step undone") begun.delete(step);
  }
  return begun;
}

const notReached = ({ id, title }: Step): StepResult => ({
  id,
  title,
  state: "not reached",
  already: false,
  durationMs: 0,
  observations: {},
});
