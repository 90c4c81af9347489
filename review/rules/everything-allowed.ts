import { objectsOf, type Rule } from "../rule";
import { text } from "../value";

const POLICIES: Readonly<Record<string, string>> = {
  aws_iam_policy: "policy",
  aws_iam_role_policy: "policy",
  aws_iam_user_policy: "policy",
  aws_iam_group_policy: "policy",
};

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
}

/** A policy that allows every action, or every action of a service. */
export const everythingAllowed: Rule = {
  id: "everything-allowed",
  severity: "warns",
  title: "No policy allows every action",
  why: "Roles are global: what one may do, it may do in both regions.",
  fix: "Name the actions.",
  find: (plans) =>
    objectsOf(plans)
      .filter(({ kind }) => kind === "create" || kind === "update")
      .flatMap((object) => {
        const name = POLICIES[object.type] ?? "";
        const before = new Set(wildcards(text(object.before?.[name])));
        return wildcards(text(object.after?.[name]))
          .filter((action) => !before.has(action))
          .map((action) => ({ object, found: `it allows ${action}` }));
      }),
};

/** Actions such as `*` and `s3:*` that a policy allows. */
function wildcards(policy: string): string[] {
  if (!policy.startsWith("{")) return [];
  const { Statement: statements = [] } = JSON.parse(policy) as {
    Statement?: Statement | readonly Statement[];
  };
  return [statements]
    .flat()
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action = [] }) => [Action].flat())
    .filter((action) => /(^|:)\*$/.test(action));
}
