import { PoolerRoles } from "../../lib/global/pooler-roles";
import { SchedulerRole } from "../../lib/global/scheduler-role";
import { ServiceRoles, type ServiceRolesProps } from "../../lib/global/service-roles";
import { GlobalScope } from "../../lib/scope/global-scope";
import { inStack } from "../regional/synthesized";

const ACCOUNT = "123456789012";
const REGIONS = ["us-east-1", "eu-west-1"];

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

/** The statements of each role's policy, by the role's construct id. */
function policies(build: (global: GlobalScope) => void): (id: string) => Statement[] {
  const made = inStack((stack) => build(new GlobalScope(stack, "global")));
  return (id) => {
    const policy = made.one("aws_iam_role_policy", id).policy as string;
    // What Terraform would make of the one expression there is: the region of an ARN.
    const evaluated = policy.replace(
      /\$\{element\(split\(":", "([^"]+)"\), 3\)\}/g,
      (_, arn: string) => arn.split(":")[3]!,
    );
    return (JSON.parse(evaluated) as { Statement: Statement[] }).Statement;
  };
}

const service = (props: Partial<ServiceRolesProps>) =>
  policies((global) => {
    new ServiceRoles(global, "web", { name: "shop-web", account: ACCOUNT, regions: REGIONS, ...props });
  });

const granting = (statements: Statement[], action: string) =>
  statements.filter(({ Action }) => Action.includes(action));

test("a service may use its queues, keys and buckets in both regions, and nothing of others", () => {
  const statements = service({
    bucketArns: ["arn:aws:s3:::uploads"],
    queueArns: ["arn:aws:sqs:us-east-1:123456789012:jobs"],
    keyArns: ["arn:aws:kms:us-east-1:123456789012:key/mrk-1"],
  })("web_task");
  expect(statements.map(({ Action, Resource }) => [Action[0], Resource])).toEqual([
    ["s3:ListBucket", ["arn:aws:s3:::uploads"]],
    ["s3:GetObject", ["arn:aws:s3:::uploads/*"]],
    ["sqs:SendMessage", ["arn:aws:sqs:us-east-1:123456789012:jobs"]],
    ["kms:Encrypt", ["arn:aws:kms:us-east-1:123456789012:key/mrk-1"]],
  ]);
});

test("B5: a service may send mail in either region, from addresses of its domain alone", () => {
  const identities = REGIONS.map((region) => `arn:aws:ses:${region}:${ACCOUNT}:identity/example.com`);
  const statements = service({ mailIdentityArns: identities, mailDomain: "example.com" })("web_task");
  expect(granting(statements, "ses:SendEmail")).toEqual([
    {
      Effect: "Allow",
      Action: ["ses:SendEmail", "ses:SendRawEmail"],
      Resource: [
        ...identities,
        ...REGIONS.map((region) => `arn:aws:ses:${region}:${ACCOUNT}:configuration-set/example-com`),
      ],
      Condition: { StringLike: { "ses:FromAddress": "*@example.com" } },
    },
  ]);
});

test("an image is pulled from its own repository, also when Terraform computes the reference", () => {
  const statements = service({
    images: ["123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1", "public.ecr.aws/team/web:1"],
    registryArns: ["arn:aws:ecr:eu-west-1:123456789012:repository/web"],
  })("web_execution");
  expect(granting(statements, "ecr:BatchGetImage").map(({ Resource }) => Resource)).toEqual([
    [
      "arn:aws:ecr:eu-west-1:123456789012:repository/web",
      "arn:aws:ecr:us-east-1:123456789012:repository/team/web",
    ],
  ]);
  expect(
    granting(service({ images: ["public.ecr.aws/team/web:1"] })("web_execution"), "ecr:BatchGetImage"),
  ).toEqual([]);
});

test("a task that uses nothing gets no policy at all", () => {
  expect(() => service({})("web_task")).toThrow(/found 0, expected 1/);
});

test("a schedule may start its family in its clusters, with its two roles, and nothing else", () => {
  const cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop-nightly";
  const roles = ["arn:aws:iam::123456789012:role/shop-nightly-task"];
  const statements = policies((global) => {
    new SchedulerRole(global, "nightly", {
      name: "shop-nightly-schedule",
      account: ACCOUNT,
      taskDefinitionFamily: "shop-nightly",
      clusterArns: [cluster],
      passRoleArns: roles,
    });
  })("nightly");
  const family = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-nightly";
  expect(statements).toEqual([
    {
      Effect: "Allow",
      Action: ["ecs:RunTask"],
      Resource: [family, `${family}:*`],
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    },
    {
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ]);
});

test("a pooler may read its database password and the parameter that names the writer", () => {
  const of = policies((global) => {
    new PoolerRoles(global, "pooler", {
      name: "shop-orders-pooler",
      account: ACCOUNT,
      regions: ["eu-west-1"],
      images: ["example/pgbouncer:1.24"],
      credentialsSecretArns: ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf"],
      writerParameter: "/relocate/shop/orders/writer",
    });
  });
  expect(granting(of("pooler_execution"), "secretsmanager:GetSecretValue")[0]!.Resource).toEqual([
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf",
  ]);
  expect(of("pooler_task")).toEqual([
    {
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: ["arn:aws:ssm:eu-west-1:123456789012:parameter/relocate/shop/orders/writer"],
    },
  ]);
});
