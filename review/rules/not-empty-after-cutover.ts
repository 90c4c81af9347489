import { flipsOrigin } from "../origin";
import type { ReviewedPlan } from "../reviewed-plan";
import type { Rule } from "../rule";
import { isTrue } from "../value";

/** After the runbook's switch a plan with the flipped variable has nothing to do. */
export const notEmptyAfterCutover: Rule = {
  id: "not-empty-after-cutover",
  severity: "warns",
  title: "The plan after the switch is empty",
  why: "The runbook has written exactly what the flipped variable would: what is left is drift, or a change that slipped in during the move.",
  fix: "Take the change out until the relocation is complete, or apply it knowingly.",
  find: (plans) =>
    plans
      .filter((plan) => plan.phase === "cutover" && isTrue(plan.variables.cutover) && isSwitched(plan))
      .flatMap(({ objects }) =>
        objects
          .filter(({ kind }) => kind !== "none")
          .map((object) => ({ object, found: `${object.kind} is planned` })),
      ),
};

/** The origin is flipped already; a plan that creates everything or flips it is another matter. */
function isSwitched({ objects }: ReviewedPlan): boolean {
  return objects.some(({ before }) => before !== undefined) && !objects.some(flipsOrigin);
}
