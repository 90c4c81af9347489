import { isRetired } from "../retired";
import { objectsOf, type Rule } from "../rule";
import { namesOrigin } from "../public-name";
import { text } from "../value";

/** A name that visitors ask for, and that nobody answers any more. */
export const nameRemoved: Rule = {
  id: "name-removed",
  severity: "warns",
  title: "Names stay while somebody asks for them",
  why:
    "Resolvers keep the answer that a name does not exist as well, for up to the zone's negative TTL: visitors are turned " +
    "away for longer than the name is missing.",
  fix: "Keep the record, or let the plan that takes it away make its successor; `create_before_destroy` where both are one plan.",
  find: (plans) => {
    const objects = objectsOf(plans);
    return objectsOf(plans.filter((plan) => !isRetired(plan)))
      .filter((object) => object.kind === "destroy" && namesOrigin(object, object.before))
      .filter(
        ({ before }) =>
          !objects.some(
            ({ type, after }) =>
              type === "aws_route53_record" &&
              text(after?.name) === text(before?.name) &&
              text(after?.type) === text(before?.type),
          ),
      )
      .map((object) => ({ object, found: `${text(object.before?.name)} is taken away` }));
  },
};
