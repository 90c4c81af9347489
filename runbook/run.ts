import { messageOf, type Attempt } from "./attempt";
import { cutOffRun } from "./cut-off";
import type { Journal, JournalNote } from "./journal";
import { writeBehind } from "./journal-writing";
import type { Observations, Outcome, PlanProgress, PlanResult, StepResult } from "./result";
import type { Plan, Step } from "./step";

/** The bookkeeping of one run: journal, progress and results. It decides nothing. */
export interface Run {
  /** Whether the step was begun in this run, or in the part of it that was cut off, and not taken back. */
  hasBegun(step: Step): boolean;
  /** The part of this run that was cut off has seen the point of no return behind it. */
  readonly wasCrossed: boolean;
  /** @throws Error when the journal cannot be written */
  planBegun(): Promise<void>;
  alreadyStanding(steps: readonly Step[]): void;
  /** @throws Error when the journal cannot be written */
  stepBegun(step: Step): Promise<void>;
  observed(step: Step, seen: Observations): void;
  stepDone(step: Step, tried: Attempt<unknown>, already: boolean): void;
  stepFailed(step: Step, tried: Attempt<unknown>): void;
  stepUndone(step: Step, tried: Attempt<unknown>): void;
  crossed(step: Step): void;
  end(outcome: Outcome, stands: string, cause?: string): Promise<PlanResult>;
  /** Ends a run that must not begin, without a line in the journal. */
  refused(cause: string): PlanResult;
}

/** Opens the books, at the page where an earlier run of the plan was cut off. */
export function openRun(plan: Plan, journal: Journal, onProgress?: (progress: PlanProgress) => void): Run {
  const earlier = cutOffRun(plan.id, journal.entries);
  const run = earlier?.run ?? journal.entries.reduce((last, entry) => Math.max(last, entry.run), 0) + 1;
  const begun = new Set(earlier?.begun);
  const results = new Map<string, StepResult>(plan.steps.map((step) => [step.id, notReached(step)]));
  const warnings = new Set<string>();
  const writing = writeBehind(journal);
  const wasBegun = earlier !== undefined && (earlier.begun.size > 0 || earlier.crossed);
  let isCrossed = false;

  const note = (event: JournalNote["event"], more: Partial<JournalNote> = {}): JournalNote => ({
    ...{ at: new Date().toISOString(), run, plan: plan.id, event },
    ...more,
  });
  /** Who listens must not keep the runbook from its work. */
  const tell = (step: Step, event: PlanProgress["event"], more: Partial<PlanProgress> = {}): void => {
    try {
      onProgress?.({ plan: plan.id, step: step.id, title: step.title, event, ...more });
    } catch (error) {
      warnings.add(`progress could not be told: ${messageOf(error)}`);
    }
  };
  const set = (step: Step, result: Partial<StepResult>): void => {
    results.set(step.id, { ...(results.get(step.id) ?? notReached(step)), ...result });
  };
  const result = (outcome: Outcome, stands: string, cause?: string): PlanResult => ({
    ...{ plan: plan.id, title: plan.title, outcome, resumed: wasBegun, crossed: isCrossed },
    ...{ steps: [...results.values()], cause, stands, warnings: [...warnings] },
  });

  return {
    hasBegun: (step) => begun.has(step.id),
    wasCrossed: earlier?.crossed ?? false,
    planBegun() {
      const { who, host } = journal.lease.holder;
      return writing.durably(note("plan begun", { by: `${who} on ${host}` }));
    },
    alreadyStanding(steps) {
      for (const step of steps) {
        set(step, { state: "done", already: true });
        tell(step, "already done");
      }
    },
    async stepBegun(step) {
      begun.add(step.id);
      await writing.durably(note("step begun", { step: step.id }));
      tell(step, "begun");
    },
    observed(step, observations) {
      tell(step, "observed", { observations });
    },
    stepDone(step, { startedAt, durationMs, observations }, already) {
      set(step, { state: "done", already, startedAt, durationMs, observations, error: undefined });
      const more = already ? { already } : {};
      writing.later(note("step done", { step: step.id, durationMs, observations, ...more }));
      tell(step, already ? "already done" : "done", { durationMs, observations });
    },
    stepFailed(step, { startedAt, durationMs, observations, failed }) {
      set(step, { state: "failed", startedAt, durationMs, observations, error: failed });
      tell(step, "failed", { durationMs, observations, error: failed });
      writing.soon(note("step failed", { step: step.id, durationMs, observations, error: failed }));
    },
    stepUndone(step, { durationMs, failed }) {
      tell(step, failed === undefined ? "undone" : "not undone", { durationMs, error: failed });
      const before = results.get(step.id);
      if (failed !== undefined) {
        const error = `not undone: ${failed}`;
        set(step, { state: "failed", error: [before?.error, error].filter(Boolean).join("; ") });
        writing.soon(note("step failed", { step: step.id, durationMs, error }));
        return;
      }
      begun.delete(step.id);
      // The step that failed stays "failed": that is what the operator looks for.
      if (before?.state !== "failed") set(step, { state: "undone" });
      writing.soon(note("step undone", { step: step.id, durationMs }));
    },
    crossed(step) {
      isCrossed = true;
      writing.later(note("crossed", { step: step.id }));
      tell(step, "crossed");
    },
    async end(outcome, stands, cause) {
      try {
        await writing.end(note(`plan ${outcome}`, { error: cause }));
      } catch (error) {
        warnings.add(messageOf(error));
      }
      return result(outcome, stands, cause);
    },
    refused: (cause) => result("stopped", "nothing was begun", cause),
  };
}

const notReached = ({ id, title }: Step): StepResult => ({
  id,
  title,
  state: "not reached",
  already: false,
  durationMs: 0,
  observations: {},
});
