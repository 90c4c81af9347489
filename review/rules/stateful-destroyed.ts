import { holdsData } from "../holds-data";
import { objectsOf, type Rule } from "../rule";
import { isRetired } from "../retired";

/** What holds data, or a name or key that others hold on to, goes only once the source is given up. */
export const statefulDestroyed: Rule = {
  id: "stateful-destroyed",
  severity: "blocks",
  title: "Nothing stateful is destroyed before the source is given up",
  why: "Its data is gone, or a name or key that others hold on to, and the way back with it.",
  fix:
    "Keep it in the code. A construct that was renamed or moved keeps its object by `moveTo` or a `moved` block. A source is " +
    "given up by `relocate complete`, a deploy of the decommission stack with retire_source=true, and `CompletedRelocation`.",
  find: (plans) =>
    objectsOf(plans.filter((plan) => !isRetired(plan)))
      .filter(({ kind, type }) => kind === "destroy" && holdsData(type))
      .map((object) => ({ object, found: "it is destroyed" })),
};
