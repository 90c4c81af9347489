import { REPLACES } from "../../offline/replaces";
import { objectsOf, type Rule } from "../rule";

/** What the stand-in does not know it must not show as harmless. */
export const replacementUnknown: Rule = {
  id: "replacement-unknown",
  severity: "warns",
  title: "An update whose kind is known",
  why: "This plan was made offline, where only the types of a table say which arguments replace: AWS may replace this object.",
  fix: 'Read the type\'s documentation for "Forces new resource", or review a real plan.',
  find: (plans) =>
    objectsOf(plans.filter(({ isOffline }) => isOffline))
      .filter(({ kind, type }) => kind === "update" && !REPLACES[type])
      .map((object) => ({ object, found: "replacement unknown: it is shown as an update in place" })),
};
