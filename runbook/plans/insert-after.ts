import type { Plan, Step } from "../step";

/** The plan with steps that come right after one of its own. */
export function insertAfter(plan: Plan, step: string, added: readonly Step[]): Plan {
  const next = plan.steps.findIndex(({ id }) => id === step) + 1;
  return { ...plan, steps: [...plan.steps.slice(0, next), ...added, ...plan.steps.slice(next)] };
}
