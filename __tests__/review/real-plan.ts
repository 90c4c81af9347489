import { parsePlan } from "../../review/plan-file";
import type { PlanJson } from "../../review/plan-json";
import type { VariableValue } from "../../offline/workspace";
import { type Configuration, onBench, STACK } from "../offline/configuration";

export interface RealPlan {
  /** What is applied first. @default - nothing */
  readonly before?: Configuration;
  readonly after: Configuration;
  /** For both. @default - none */
  readonly variables?: Readonly<Record<string, VariableValue>>;
}

/** A plan by the real Terraform core, as `terraform show -json` prints it. */
export function realPlan({ before, after, variables = {} }: RealPlan): Promise<PlanJson> {
  return onBench(before ?? after, async ({ workspace, rewrite }) => {
    if (before) {
      await workspace.apply(STACK, variables);
      await rewrite(after);
    }
    const { json } = await workspace.plan(STACK, variables);
    return parsePlan(JSON.stringify(json), STACK);
  });
}
