import { openSecrets } from "../../rehearsal/secrets";
import type { States } from "../../rehearsal/state";
import { readDefinition } from "../../rehearsal/task-definition";
import { applicationSecret, arn, changed, SOURCE, TARGET, twoRegions } from "./two-regions";

const read = (states: States, region = TARGET) =>
  readDefinition(states, arn("ecs", region, "task-definition/shop-web:1"), region, openSecrets(states));

/** The target's task gets another secret. */
const withSecret = (valueFrom: string) =>
  changed(twoRegions(), `aws_ecs_task_definition.${TARGET}_web`, (values) => ({
    ...values,
    container_definitions: (values.container_definitions as string).replace(
      applicationSecret(TARGET),
      valueFrom,
    ),
  }));

const WHERE =
  "shop-standby: aws_ecs_task_definition.eu-west-1_web: container web, secret ORDERS_DATABASE_PASSWORD";

test("a container gets its environment and its secrets, and nothing else", () => {
  const { containers, faults } = read(twoRegions());
  expect(faults).toEqual([]);
  expect(Object.keys(containers[0]?.environment ?? {}).sort()).toEqual([
    "AWS_REGION",
    "ORDERS_DATABASE_PASSWORD",
    "ORDERS_DATABASE_URL",
    "PORT",
  ]);
});

test("fails for a secret of the other region, since the task could not start once that region is lost", () => {
  const { faults } = read(withSecret(applicationSecret(SOURCE)));
  expect(faults).toEqual([
    `${WHERE}: the task would not start if us-east-1 is lost: found ${applicationSecret(SOURCE)} in us-east-1, ` +
      `expected a secret in eu-west-1, where the task runs (a replica of it, say)`,
  ]);
});

test("fails for a secret that the execution role may not read", () => {
  const states = changed(twoRegions(), "aws_iam_role_policy.execution", (values) => ({
    ...values,
    policy: (values.policy as string).replace(
      applicationSecret(TARGET),
      "arn:aws:secretsmanager:eu-west-1:1:secret:other",
    ),
  }));
  expect(read(states).faults).toEqual([
    expect.stringMatching(
      /no policy in state, its own or the secret's, allows secretsmanager:GetSecretValue/,
    ),
  ]);
  expect(read(states, SOURCE).faults).toEqual([]);
});

test("fails for a secret that does not exist, saying where it is asked for", () => {
  const other = applicationSecret(TARGET).replace("application-AbCdEf", "application-ZzZzZz");
  const states = changed(withSecret(other), "aws_iam_role_policy.execution", (values) => ({
    ...values,
    policy: (values.policy as string).replace(applicationSecret(TARGET), other),
  }));
  expect(read(states).faults).toEqual([expect.stringContaining(`${WHERE}: no secret ${other} in eu-west-1`)]);
});

test("fails for anything but a whole ARN of Secrets Manager", () => {
  expect(read(withSecret("/shop/orders/password")).faults).toEqual([
    expect.stringMatching(/named by their whole ARN/),
  ]);
});
