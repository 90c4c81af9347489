import { holdsData } from "../holds-data";
import type { ReviewedObject } from "../reviewed-plan";
import { objectsOf, type Rule } from "../rule";

/** Least part of the arguments that two objects share when one is the other under a new name. */
const ALIKE = 0.5;

/** Terraform forgets an object, or destroys one and makes one like it: mostly a construct that was renamed. */
export const renamedNotMoved: Rule = {
  id: "renamed-not-moved",
  severity: "warns",
  title: "A construct that is renamed is moved",
  why: "Terraform knows an object by its address: under another one it makes an empty twin, and destroys the old object.",
  fix:
    "`resource.moveTo(...)` in the construct, or a `moved` block: from the old address to the new one. To another stack: a " +
    "`removed` and an `import` block.",
  find: (plans) => {
    const objects = objectsOf(plans).filter(({ type }) => holdsData(type));
    const created = objects.filter(({ kind }) => kind === "create");
    return objects
      .filter(({ kind }) => kind === "destroy" || kind === "forget")
      .flatMap((old) => {
        const [twin] = created
          .filter(({ type, region }) => type === old.type && region === old.region)
          .map((object) => ({ object, alike: likeness(object, old) }))
          .filter(({ alike }) => alike >= ALIKE)
          .sort((one, other) => other.alike - one.alike);
        const end = old.kind === "forget" ? "forgotten" : "destroyed";
        return twin
          ? [{ object: twin.object, found: `looks like ${old.address} (${old.stack}), which is ${end}` }]
          : [];
      });
  },
};

/** Part of the arguments that are the same. */
function likeness({ after = {} }: ReviewedObject, { before = {} }: ReviewedObject): number {
  const given = Object.entries(after).filter(([, value]) => value !== null);
  const same = given.filter(([name, value]) => JSON.stringify(before[name]) === JSON.stringify(value));
  return given.length === 0 ? 0 : same.length / given.length;
}
