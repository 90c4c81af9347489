import { flipsOrigin } from "../origin";
import type { ReviewedPlan } from "../reviewed-plan";
import type { Rule } from "../rule";

/** With a database the runbook flips the origin, after the writer. */
export const originBeforeWriter: Rule = {
  id: "origin-before-writer",
  severity: "blocks",
  title: "The origin is flipped after the writer",
  why: "Visitors reach the other region while the writer is still here: every write crosses the distance, and nothing proves that the other side has all rows.",
  fix: "Run `relocate cutover` (or `rollback`): its last step flips the origin, and this plan is empty then.",
  find: (plans) =>
    plans
      .filter((plan) => plan.phase === "cutover" && hasDatabases(plan, plans))
      .flatMap(({ objects }) =>
        objects
          .filter(flipsOrigin)
          .map((object) => ({ object, found: "it sends visitors to the other region" })),
      ),
};

/** Known when the standby stack's plan is reviewed too; without it a workload is taken to have some. */
function hasDatabases({ manifest: own }: ReviewedPlan, plans: readonly ReviewedPlan[]): boolean {
  const standby = plans
    .map(({ manifest }) => manifest)
    .find((manifest) => manifest?.phase === "standby" && manifest.workload === own?.workload);
  return standby?.phase !== "standby" || Object.keys(standby.databases).length > 0;
}
