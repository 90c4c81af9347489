import { z } from "zod";
import { blocks, resources, type States } from "./state";

const role = z.object({
  name: z.string(),
  arn: z.string(),
  inline_policy: blocks(z.object({ policy: z.string().nullish() })),
});
const rolePolicy = z.object({ role: z.string(), policy: z.string() });
const policy = z.object({ arn: z.string(), policy: z.string() });
const secretPolicy = z.object({ secret_arn: z.string(), policy: z.string() });
const attachment = z.object({ role: z.string(), policy_arn: z.string() });

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.object({ AWS: list.optional() })]).optional(),
  Action: list.optional(),
  Resource: list.optional(),
});
const document = z.object({
  Statement: z
    .union([statement, z.array(statement)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

const statementsOf = (text: string) => document.parse(JSON.parse(text)).Statement;

/** Whether `*` and `?` in an IAM pattern fit the text. */
function fits(pattern: string, text: string, flags = ""): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, flags).test(text);
}

/**
 * Whether the policies in state allow a role an action on a resource: its own, or those of a secret, either of which is
 * enough within an account (IAM user guide, "Policy evaluation logic"). Conditions, boundaries, policies managed by AWS and
 * other resources' policies are not looked at.
 *
 * @param roleArn a role that is not in state has no policies either
 */
export function allows(states: States, roleArn: string, action: string, resourceArn: string): boolean {
  const own = resources(states, "aws_iam_role", role).find((it) => it.values.arn === roleArn)?.values;
  if (!own) return false;
  const attached = new Set(
    resources(states, "aws_iam_role_policy_attachment", attachment)
      .filter((it) => it.values.role === own.name)
      .map((it) => it.values.policy_arn),
  );
  const texts = [
    ...own.inline_policy.flatMap((it) => it.policy ?? []),
    ...resources(states, "aws_iam_role_policy", rolePolicy)
      .filter((it) => it.values.role === own.name)
      .map((it) => it.values.policy),
    ...resources(states, "aws_iam_policy", policy)
      .filter((it) => attached.has(it.values.arn))
      .map((it) => it.values.policy),
  ];
  const secrets = resources(states, "aws_secretsmanager_secret_policy", secretPolicy)
    .filter((it) => it.values.secret_arn === resourceArn)
    .flatMap((it) => statementsOf(it.values.policy))
    .filter(({ Principal: principal }) =>
      typeof principal === "string" ? principal === "*" : principal?.AWS?.includes(roleArn),
    );
  const matching = [...texts.flatMap(statementsOf), ...secrets]
    .filter((one) => one.Action?.some((pattern) => fits(pattern, action, "i")))
    .filter((one) => one.Resource?.some((pattern) => fits(pattern, resourceArn)));
  return matching.some((one) => one.Effect === "Allow") && !matching.some((one) => one.Effect === "Deny");
}
