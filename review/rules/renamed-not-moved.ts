import { REPLACES } from "../../offline/replaces";
import type { ReviewedObject } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";

/** Terraform forgets an object, or destroys one and makes one of its type: mostly a construct that was renamed. */
export const renamedNotMoved: Rule = {
  id: "renamed-not-moved",
  severity: "warns",
  title: "A construct that is renamed is moved",
  why: "Terraform knows an object by its address: under another one it makes an empty twin, and destroys the old object.",
  fix: "`resource.moveTo(...)` in the construct, or a `moved` block: from the old address to the new one.",
  find: (plans) => {
    const objects = objectsOf(plans).filter(({ type }) => REPLACES[type]?.stateful);
    const going = objects.filter(({ kind }) => kind === "destroy" || kind === "forget");
    return objects.flatMap((object) => {
      if (object.kind !== "create") return [];
      const old = going.find((other) => isTwin(object, other));
      return old
        ? [
            {
              object,
              found: `looks like ${old.address}, which is ${old.kind === "forget" ? "forgotten" : "destroyed"}`,
            },
          ]
        : [];
    });
  },
};

const isTwin = (one: ReviewedObject, other: ReviewedObject): boolean =>
  one.type === other.type && one.stack === other.stack && one.region === other.region;
