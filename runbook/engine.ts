import { attempt, forever, messageOf, undoUntilDone, type Attempt } from "./attempt";
import type { Journal } from "./journal";
import type { PlanProgress, PlanResult } from "./result";
import { openRun, type Run } from "./run";
import type { Plan, Step, StepContext } from "./step";

/** What a run needs besides its plan. */
export interface EngineOptions {
  readonly journal: Journal;
  /** Ctrl-C. Before the point of no return it means: undo; after it: stop, the same command goes on. */
  readonly signal: AbortSignal;
  /** @default - nobody listens */
  readonly onProgress?: (progress: PlanProgress) => void;
}

/**
 * Runs a plan, or takes it up again where the journal says that its last run was cut off.
 *
 * Never throws: the result says what stands. Before the point of no return any failure, timeout or interruption
 * undoes every begun step in reverse. From it on nothing is undone, and the same command goes on. When the point of
 * no return itself fails, the world is asked; when the world cannot answer, nothing more is done, since either way
 * could be the wrong one.
 */
export async function runPlan(plan: Plan, options: EngineOptions): Promise<PlanResult> {
  const run = openRun(plan, options.journal, options.onProgress);
  try {
    try {
      await run.planBegun();
    } catch (error) {
      return await giveUp(plan, run, messageOf(error));
    }
    return await proceed(plan, run, options.signal);
  } finally {
    await plan.release?.();
  }
}

async function proceed(plan: Plan, run: Run, signal: AbortSignal): Promise<PlanResult> {
  const last = plan.steps.findIndex((step) => step.id === plan.pointOfNoReturn);
  const point = plan.steps[last];
  let next = 0;
  if (point) {
    // The world goes before the journal: what stands beyond the point is not tried again.
    const asked = await attempt(point.timeout, signal, (context) => stands(point, context));
    if (asked.failed !== undefined) {
      return giveUp(plan, run, `${point.title}: cannot be asked: ${asked.failed}`);
    }
    if (asked.value) {
      next = last + 1;
      run.alreadyStanding(plan.steps.slice(0, next));
      run.crossed(point);
    }
  }
  for (; next < plan.steps.length; next++) {
    const step = plan.steps[next] as Step;
    const tried = signal.aborted ? interrupted() : await tryStep(step, run, signal, step === point);
    if (tried.failed === undefined) {
      if (step === point) run.crossed(step);
      continue;
    }
    const cause = `${step.title}: ${tried.failed}`;
    if (point && next > last) return run.end("stopped", pastThePoint(point), cause);
    if (step !== point || !run.hasBegun(step)) return takeBack(plan, run, cause);
    const asked = await attempt(step.timeout, forever(), (context) => stands(step, context));
    if (asked.failed !== undefined) return run.end("stopped", unknowable(step, asked.failed), cause);
    if (!asked.value) return takeBack(plan, run, cause);
    run.stepDone(step, tried, false);
    run.crossed(step);
  }
  return run.end("done", "everything it was to do stands");
}

async function tryStep(
  step: Step,
  run: Run,
  signal: AbortSignal,
  isPoint: boolean,
): Promise<Attempt<{ already: boolean }>> {
  const tried = await attempt(step.timeout, signal, async (context) => {
    // The point was asked at the beginning: once more would lengthen the hold by a round trip.
    if (!isPoint && (await stands(step, context))) return { already: true };
    await run.stepBegun(step);
    await step.run(context);
    await step.verify?.(context);
    return { already: false };
  });
  if (tried.failed === undefined) run.stepDone(step, tried, tried.value?.already ?? false);
  else await run.stepFailed(step, tried);
  return tried;
}

/** Before the first step: a run that was cut off may have closed a gate, and to open it again needs no journal. */
async function giveUp(plan: Plan, run: Run, cause: string): Promise<PlanResult> {
  if (plan.steps.some((step) => run.hasBegun(step))) return takeBack(plan, run, cause);
  return run.end("stopped", "nothing was begun: the same command starts anew", cause);
}

/** Undoes every begun step in reverse, the point of no return first: once that cannot happen any more, the rest may go. */
async function takeBack(plan: Plan, run: Run, cause: string): Promise<PlanResult> {
  for (const step of [...plan.steps].reverse()) {
    if (!step.undo || !run.hasBegun(step)) continue;
    const tried = await undoUntilDone(step.timeout, async (context) => step.undo?.(context));
    await run.stepUndone(step, tried);
    if (tried.failed === undefined) continue;
    const isPoint = step.id === plan.pointOfNoReturn;
    return run.end("stopped", isPoint ? unknowable(step, tried.failed) : notTakenBack(step), cause);
  }
  return run.end("undone", "nothing of it stands: what was begun has been taken back", cause);
}

const stands = (step: Step, context: StepContext): Promise<boolean> =>
  step.check?.(context) ?? Promise.resolve(false);

const interrupted = (): Attempt<never> => ({
  failed: "interrupted",
  startedAt: Date.now(),
  durationMs: 0,
  observations: {},
});

const pastThePoint = (point: Step): string =>
  `the point of no return is behind ("${point.title}" stands), so nothing is undone: the same command goes on from here`;

const unknowable = (point: Step, why: string): string =>
  `whether "${point.title}" stands could not be settled (${why}), so nothing more is done: ` +
  "the same command asks again and then goes on or back";

const notTakenBack = (step: Step): string =>
  `"${step.title}" could not be taken back, and with it all that was begun before it: the same command goes on or tries again`;
