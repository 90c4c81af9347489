import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { TerraformStack, Testing } from "cdktf";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope, type RegionScopeProps } from "../../lib/scope/region-scope";

/** A stack that has two aliased providers already, with a role to take on. */
function existingStack() {
  const stack = new TerraformStack(Testing.app(), "shop");
  const provider = (region: string, alias: string) =>
    new AwsProvider(stack, alias, {
      region,
      alias,
      assumeRole: [{ roleArn: "arn:aws:iam::123456789012:role/deploy" }],
    });
  return {
    stack,
    virginia: provider("us-east-1", "virginia"),
    ireland: provider("eu-west-1", "ireland"),
  };
}

test("scopes take the providers that a stack has already, and make none", () => {
  const { stack, virginia, ireland } = existingStack();
  new IamRole(new GlobalScope(stack, "global", { provider: virginia }), "role", { assumeRolePolicy: "{}" });
  new SqsQueue(new RegionScope(stack, "us-east-1", { region: "us-east-1", provider: virginia }), "queue");
  new SqsQueue(new RegionScope(stack, "eu-west-1", { region: "eu-west-1", provider: ireland }), "queue");
  new SqsQueue(stack, "older", { provider: ireland });
  const json = JSON.parse(Testing.synth(stack, true)) as {
    provider: { aws: { alias: string }[] };
    resource: Record<string, Record<string, { provider: string }>>;
  };
  expect(json.provider.aws.map(({ alias }) => alias)).toEqual(["virginia", "ireland"]);
  expect(Object.values(json.resource.aws_iam_role!)).toEqual([
    expect.objectContaining({ provider: "aws.virginia" }),
  ]);
  expect(
    Object.fromEntries(
      Object.entries(json.resource.aws_sqs_queue!).map(([id, { provider }]) => [id.split("_")[0], provider]),
    ),
  ).toEqual({ "us-east-1": "aws.virginia", "eu-west-1": "aws.ireland", older: "aws.ireland" });
});

function refusal(props: Partial<RegionScopeProps>): string {
  const { stack, ireland } = existingStack();
  new RegionScope(stack, "eu-west-1", { region: "eu-west-1", provider: ireland, ...props });
  try {
    Testing.synth(stack, true);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("fails on a provider of another region", () => {
  expect(refusal({ region: "eu-central-1" })).toMatch(
    /shop\/eu-west-1: the provider shop\/ireland is of the region eu-west-1, but the scope's is eu-central-1\. Fix: /,
  );
});

test("fails on settings that a provider of the stack's own would not get", () => {
  expect(refusal({ tags: { team: "shop" } })).toMatch(
    /"tags" and "account" are settings of a provider.*Fix: set them there/,
  );
});
