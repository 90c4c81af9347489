import { allowedBy } from "../policy";
import { objectsOf, type Rule } from "../rule";
import { text } from "../value";

/** Where a type has its policy. */
const POLICIES: Readonly<Record<string, string>> = {
  aws_iam_policy: "policy",
  aws_iam_role_policy: "policy",
  aws_iam_user_policy: "policy",
  aws_iam_group_policy: "policy",
};

/** AWS's own policy that allows everything, in every partition. */
const ADMINISTRATOR = /^arn:aws[\w-]*:iam::aws:policy\/AdministratorAccess$/;

/** A policy that allows every action, or every action of a service. */
export const everythingAllowed: Rule = {
  id: "everything-allowed",
  severity: "warns",
  title: "No policy allows every action",
  why: "Roles are global: what one may do, it may do in both regions.",
  fix: "Name the actions.",
  find: (plans) =>
    objectsOf(plans)
      .filter(({ kind }) => kind === "create" || kind === "update" || kind === "replace")
      .flatMap((object) => {
        const name = POLICIES[object.type] ?? "";
        const before = new Set(wildcards(text(object.before?.[name])));
        const isAttached = object.kind !== "update" && ADMINISTRATOR.test(text(object.after?.policy_arn));
        return [
          ...wildcards(text(object.after?.[name])).filter((action) => !before.has(action)),
          ...(isAttached ? ["everything (AdministratorAccess)"] : []),
        ].map((action) => ({ object, found: `it allows ${action}` }));
      }),
};

/** Actions such as `*` and `s3:*` that a policy allows. */
const wildcards = (policy: string): string[] =>
  allowedBy(policy)
    .flatMap(({ actions }) => actions)
    .filter((action) => /(^|:)\*$/.test(action));
