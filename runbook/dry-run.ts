import { attempt, forever } from "./attempt";
import { planFaults } from "./plan-faults";
import type { Plan, Step } from "./step";

/** Limit for what is asked of one step, in milliseconds: nobody waits for its work here. */
const PATIENCE = 60_000;

/** What one step would do. */
export interface DryStep {
  readonly id: string;
  readonly title: string;
  /** Its effect stands, so it would not run. @default - it has no check, and runs each time */
  readonly stands?: boolean;
  /** Once its effect stands, nothing is undone any more. */
  readonly isPointOfNoReturn: boolean;
  /** Each SQL statement or API call, with where it goes. Empty: it stands, or the step only reads. */
  readonly actions: readonly string[];
  /** Why it cannot be told, as when an earlier step has to be done first. @default - it is told */
  readonly error?: string;
}

/** What a plan would do. */
export interface DryRun {
  readonly plan: string;
  readonly title: string;
  /** The point of no return is behind: only what comes after it would be done. */
  readonly crossed: boolean;
  readonly steps: readonly DryStep[];
}

/**
 * Asks every step of a plan what it would do now. Only reads: nothing is run, undone or journaled, and no lease is
 * taken. Never throws.
 *
 * @param signal Ctrl-C: what was not asked until then is told as such
 */
export async function dryRun(plan: Plan, { signal }: { readonly signal: AbortSignal }): Promise<DryRun> {
  const { id, title } = plan;
  const faults = planFaults(plan);
  const steps: DryStep[] = [];
  for (const step of plan.steps) {
    steps.push(
      faults.length > 0
        ? { ...unasked(plan, step), error: faults.join("; ") }
        : await ask(plan, step, signal),
    );
  }
  const point = steps.findIndex(({ isPointOfNoReturn }) => isPointOfNoReturn);
  const crossed = steps[point]?.stands === true;
  await attempt(PATIENCE, forever(), async () => plan.release?.());
  return {
    ...{ plan: id, title, crossed },
    steps: steps.map((step, index) =>
      crossed && index < point ? { ...step, stands: true, actions: [] } : step,
    ),
  };
}

async function ask(plan: Plan, step: Step, signal: AbortSignal): Promise<DryStep> {
  let stands: boolean | undefined;
  const asked = await attempt(Math.min(step.timeout, PATIENCE), signal, async (context) => {
    stands = await step.check?.(context);
    return stands ? [] : ((await step.actions?.(context)) ?? []);
  });
  return { ...unasked(plan, step), stands, actions: asked.value ?? [], error: asked.failed };
}

const unasked = (plan: Plan, { id, title }: Step): DryStep => ({
  ...{ id, title, isPointOfNoReturn: id === plan.pointOfNoReturn, actions: [] },
});

/** One line for each step, and one for each of its actions. */
export function describeDryRun({ title, steps, crossed }: DryRun): string {
  const lines = steps.flatMap((step) => [
    `  ${step.title}: ${stateOf(step)}`,
    ...step.actions.map((action) => action.replace(/^/gm, "      ")),
    ...(step.isPointOfNoReturn ? ["  ---- the point of no return: from here on nothing is undone ----"] : []),
  ]);
  const head = crossed ? `${title} (the point of no return is behind)` : title;
  return [`${head}: nothing is touched, this is what would be done now`, ...lines].join("\n");
}

function stateOf({ stands, actions, error }: DryStep): string {
  if (error !== undefined) return `cannot be told: ${error}`;
  if (stands) return "stands already";
  return actions.length > 0 ? "would do" : "would only read";
}
