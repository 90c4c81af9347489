import { flipsOrigin } from "../origin";
import { namesOrigin } from "../public-name";
import type { ReviewedPlan } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";
import { isTrue } from "../value";

/** Longest TTL of a name that is about to be switched, in seconds (requirement B1). */
const MOST = 60;

/** Resolvers keep a name for its TTL. */
export const ttlBeforeSwitch: Rule = {
  id: "ttl-before-switch",
  severity: "warns",
  title: `Names have a TTL of at most ${MOST} s when the origin is flipped`,
  why: "Resolvers go on sending visitors where the name pointed before, for as long as its TTL says.",
  fix: `Deploy the cutover stack with lower_ttl=true, at least 48 hours and the old TTL before the switch.`,
  find: (plans) =>
    plans.some((plan) => plan.phase === "cutover" && (isTrue(plan.variables.cutover) || flips(plan)))
      ? objectsOf(plans.filter(({ phase }) => phase !== undefined))
          .filter((object) => namesOrigin(object, object.after) && Number(object.after?.ttl ?? 0) > MOST)
          .map((object) => ({
            object,
            found: `TTL ${Number(object.after?.ttl)} s, expected at most ${MOST} s`,
          }))
      : [],
};

const flips = (plan: ReviewedPlan): boolean => plan.objects.some(flipsOrigin);
