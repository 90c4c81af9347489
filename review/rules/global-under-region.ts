import { isGlobalType } from "../../lib/scope/global-types";
import { objectsOf, type Rule } from "../rule";

/** A region's name, as an address carries it: `us-east-1` or `us_east_1`. */
const REGION =
  /(?:af|ap|ca|cn|eu|il|me|mx|sa|us)[-_](?:gov[-_])?(?:central|north|south|east|west|northeast|northwest|southeast|southwest)[-_]\d(?!\d)/;

/** What exists once per account does not belong to a region's module. */
export const globalUnderRegion: Rule = {
  id: "global-under-region",
  severity: "warns",
  title: "No global resource stands in a regional module",
  why: "It exists once per account: the second region's module collides with it, and taking the first region away takes it from both.",
  fix: "Move it to the global scope; `relocate split` finds all of them and writes the moves.",
  find: (plans) =>
    objectsOf(plans)
      .filter(
        ({ type, address, kind }) =>
          (kind === "create" || kind === "update") &&
          isGlobalType(type) &&
          regionAround(address) !== undefined,
      )
      .map((object) => ({
        object,
        found: `${object.type} stands under ${regionAround(object.address)}`,
      })),
};

/**
 * The region whose module an object stands in: named by a Terraform module, or first in the object's own name, where a
 * scope of the library writes it. Names that only speak of a region, such as `global_eu-west-1-origin`, stand in none.
 */
function regionAround(address: string): string | undefined {
  const steps = address.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const modules = steps.filter((_, index) => steps[index - 1] === "module");
  const named = modules.map((name) => REGION.exec(name)?.[0]).find((region) => region !== undefined);
  const own = REGION.exec(steps.at(-1) ?? "");
  return named ?? (own?.index === 0 ? own[0] : undefined);
}
