import type { States } from "../../rehearsal/state";
import { allows } from "../../rehearsal/permissions";

const ROLE = "arn:aws:iam::123456789012:role/tasks";
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf";

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

function role(inline: string, ...others: { type: string; values: Record<string, unknown> }[]): States {
  const own = { type: "aws_iam_role", values: { name: "tasks", arn: ROLE, inline_policy: [] } };
  const one = { type: "aws_iam_role_policy", values: { role: "tasks", policy: inline } };
  const resources = [own, one, ...others].map((it) => ({
    ...it,
    address: `${it.type}.x`,
    mode: "managed" as const,
  }));
  return { stack: { resources, outputs: {} } };
}

const may = (states: States) => allows(states, ROLE, "secretsmanager:GetSecretValue", SECRET);
const allow = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: SECRET };

test.each([
  ["the exact action and resource", policy(allow), true],
  ["a wildcard action in another case", policy({ ...allow, Action: ["SecretsManager:Get*"] }), true],
  ["a wildcard resource", policy({ ...allow, Resource: SECRET.replace("AbCdEf", "??????") }), true],
  ["another resource", policy({ ...allow, Resource: `${SECRET}X` }), false],
  ["another action", policy({ ...allow, Action: "secretsmanager:DescribeSecret" }), false],
  ["a denial besides", policy(allow, { ...allow, Effect: "Deny", Resource: "*" }), false],
  ["a single statement that is no list", JSON.stringify({ Statement: allow }), true],
])("a role with %s", (_, document, expected) => {
  expect(may(role(document))).toBe(expected);
});

test("a policy that is attached counts like one of the role's own", () => {
  const attached = { type: "aws_iam_role_policy_attachment", values: { role: "tasks", policy_arn: "arn:p" } };
  const document = { type: "aws_iam_policy", values: { arn: "arn:p", policy: policy(allow) } };
  expect(may(role(policy(), document))).toBe(false);
  expect(may(role(policy(), document, attached))).toBe(true);
});

test("a secret's own policy is enough for whom it names", () => {
  const policyFor = (...roles: string[]) => ({
    type: "aws_secretsmanager_secret_policy",
    values: { secret_arn: SECRET, policy: policy({ ...allow, Principal: { AWS: roles } }) },
  });
  expect(may(role(policy(), policyFor(`${ROLE}-other`, ROLE)))).toBe(true);
  expect(may(role(policy(), policyFor(`${ROLE}-other`)))).toBe(false);
});

test("fails for a role that is not in state", () => {
  expect(may({})).toBe(false);
});
