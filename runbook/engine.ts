import { attempt, messageOf, undoUntilDone, type Attempt } from "./attempt";
import type { Journal } from "./journal";
import { planFaults } from "./plan-faults";
import type { PlanProgress, PlanResult } from "./result";
import { openRun, type Run } from "./run";
import type { Plan, Step, StepContext } from "./step";

/** What a run needs besides its plan. */
export interface EngineOptions {
  /** Its lease is this run's right to act: when it is about to be lost, that is like Ctrl-C; once it is, nothing is done any more. */
  readonly journal: Journal;
  /** Ctrl-C. Before the point of no return it means: undo; after it: stop, the same command goes on. */
  readonly signal: AbortSignal;
  /** @default - nobody listens */
  readonly onProgress?: (progress: PlanProgress) => void;
}

/** When a run has to end. */
interface Ends {
  /** Begin nothing any more. */
  readonly stop: AbortSignal;
  /** Another may be at work: do nothing any more, not even take back. */
  readonly lost: AbortSignal;
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
  const { journal, signal, onProgress } = options;
  const run = openRun(plan, journal, onProgress);
  const { ending, lost } = journal.lease;
  const result = await begin(plan, run, { stop: AbortSignal.any([signal, ending]), lost });
  const released = await attempt(RELEASE_TIMEOUT, new AbortController().signal, async () => plan.release?.());
  if (released.failed === undefined) return result;
  return { ...result, warnings: [...result.warnings, `not everything was let go of: ${released.failed}`] };
}

/** For connections to say goodbye, in milliseconds: the end of the process cuts them off as well. */
const RELEASE_TIMEOUT = 5_000;

async function begin(plan: Plan, run: Run, ends: Ends): Promise<PlanResult> {
  const faults = planFaults(plan);
  if (faults.length > 0) return run.refused(["the plan itself is wrong:", ...faults].join("\n  "));
  try {
    await run.planBegun();
  } catch (error) {
    return giveUp(plan, run, ends, messageOf(error));
  }
  return proceed(plan, run, ends);
}

async function proceed(plan: Plan, run: Run, ends: Ends): Promise<PlanResult> {
  const last = plan.steps.findIndex((step) => step.id === plan.pointOfNoReturn);
  const point = plan.steps[last];
  let next = 0;
  if (point) {
    // The world goes before the journal: what stands beyond the point is not tried again.
    const asked = await attempt(point.timeout, ends.stop, (context) => stands(point, context));
    if (asked.failed !== undefined) {
      return giveUp(plan, run, ends, `${point.title}: cannot be asked: ${asked.failed}`);
    }
    if (asked.value) {
      next = last + 1;
      run.alreadyStanding(plan.steps.slice(0, next));
      run.crossed(point);
    }
  }
  for (; next < plan.steps.length; next++) {
    const step = plan.steps[next] as Step;
    const tried = ends.stop.aborted ? interrupted(ends) : await tryStep(step, run, ends, step === point);
    if (tried.failed === undefined) {
      if (step === point) run.crossed(step);
      continue;
    }
    const cause = `${step.title}: ${tried.failed}`;
    if (point && next > last) return run.end("stopped", pastThePoint(point), cause);
    if (step !== point || !run.hasBegun(step)) return takeBack(plan, run, ends, cause);
    const asked = await attempt(step.timeout, ends.lost, (context) => stands(step, context));
    if (asked.failed !== undefined) return run.end("stopped", unknowable(step, asked.failed), cause);
    if (!asked.value) return takeBack(plan, run, ends, cause);
    run.stepDone(step, tried, false);
    run.crossed(step);
  }
  return run.end("done", "everything it was to do stands");
}

async function tryStep(
  step: Step,
  run: Run,
  { stop }: Ends,
  isPoint: boolean,
): Promise<Attempt<{ already: boolean }>> {
  const work = async (context: StepContext): Promise<{ already: boolean }> => {
    // The point was asked at the beginning: once more would lengthen the hold by a round trip.
    if (!isPoint && (await stands(step, context))) return { already: true };
    // Whoever answers late finds that the engine has left: what it has taken back must not be done now.
    context.signal.throwIfAborted();
    await run.stepBegun(step);
    context.signal.throwIfAborted();
    await step.run(context);
    await step.verify?.(context);
    return { already: false };
  };
  const tried = await attempt(step.timeout, stop, work, (seen) => run.observed(step, seen));
  if (tried.failed === undefined) run.stepDone(step, tried, tried.value?.already ?? false);
  else run.stepFailed(step, tried);
  return tried;
}

/** Before the first step: a run that was cut off may have closed a gate, and to open it again needs no journal. */
async function giveUp(plan: Plan, run: Run, ends: Ends, cause: string): Promise<PlanResult> {
  const point = plan.steps.find(({ id }) => id === plan.pointOfNoReturn);
  if (point && run.wasCrossed) return run.end("stopped", pastThePoint(point), cause);
  if (plan.steps.some((step) => run.hasBegun(step))) return takeBack(plan, run, ends, cause);
  return run.end("stopped", "nothing was begun: the same command starts anew", cause);
}

/**
 * Undoes every begun step in reverse, but the point of no return first: once that cannot happen any more, the rest may
 * go, also what was begun beyond it before the opposite plan has led back.
 */
async function takeBack(plan: Plan, run: Run, { lost }: Ends, cause: string): Promise<PlanResult> {
  const isPoint = ({ id }: Step): boolean => id === plan.pointOfNoReturn;
  const reversed = [...plan.steps].reverse();
  for (const step of [...reversed.filter(isPoint), ...reversed.filter((other) => !isPoint(other))]) {
    if (lost.aborted) break;
    if (!step.undo || !run.hasBegun(step)) continue;
    const tried = await undoUntilDone(step.timeout, lost, async (context) => step.undo?.(context));
    run.stepUndone(step, tried);
    if (tried.failed === undefined) continue;
    return run.end("stopped", isPoint(step) ? unknowable(step, tried.failed) : notTakenBack(step), cause);
  }
  if (lost.aborted) return run.end("stopped", `nothing more is done: ${messageOf(lost.reason)}`, cause);
  return run.end("undone", "nothing of it stands: what was begun has been taken back", cause);
}

const stands = (step: Step, context: StepContext): Promise<boolean> =>
  step.check?.(context) ?? Promise.resolve(false);

const interrupted = ({ stop }: Ends): Attempt<never> => ({
  failed: messageOf(stop.reason),
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
