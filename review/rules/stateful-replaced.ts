import { holdsData } from "../holds-data";
import { objectsOf, type Rule } from "../rule";

/** No phase replaces what holds data. */
export const statefulReplaced: Rule = {
  id: "stateful-replaced",
  severity: "blocks",
  title: "Nothing stateful is replaced",
  why: "A replacement destroys the object with its data and makes an empty one.",
  fix: "Take the change of these arguments back, or move the data yourself first: a new object beside the old one, then the switch.",
  find: (plans) =>
    objectsOf(plans)
      .filter(({ kind, type }) => kind === "replace" && holdsData(type))
      .map((object) => ({
        object,
        found: `it is replaced because of ${object.replaceBecauseOf.join(", ") || "a request to (-replace or a taint)"}`,
      })),
};
