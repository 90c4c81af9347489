import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type ReviewSuppression, suppressReview } from "../lib";
import { review } from "../review/review";
import { reviewedPlan } from "../review/reviewed-plan";
import { inStack } from "./regional/synthesized";
import { realPlan } from "./review/real-plan";

/** What a stack synthesizes, for a workspace that has its own providers. */
function configuration(
  build: (stack: TerraformStack, bucket: (scope: Construct, id: string) => S3Bucket) => void,
) {
  const { json } = inStack((stack) => {
    const provider = new AwsProvider(stack, "aws", { region: "us-east-1", alias: "here" });
    build(stack, (scope, id) => new S3Bucket(scope, id, { provider, bucket: id }));
  });
  return { resource: json.resource, output: json.output };
}

test("A2: a suppression lets pass a construct, all below it and what has left the code, and nothing beside", async () => {
  const reason = "scratch data of the drill";
  let gone = "";
  const before = configuration((stack, bucket) => {
    const scratch = new Construct(stack, "scratch");
    bucket(scratch, "counted");
    bucket(stack, "kept");
    gone = [bucket(stack, "gone")]
      .map(({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`)
      .join();
    suppressReview(scratch, { rule: "protection-lowered", reason });
  });
  const after = configuration((stack, bucket) => {
    const scratch = new Construct(stack, "scratch");
    for (const one of [bucket(scratch, "counted"), bucket(stack, "kept")]) one.forceDestroy = true;
    suppressReview(scratch, { rule: "protection-lowered", reason });
    suppressReview(scratch, { rule: "stateful-destroyed", reason, addresses: [gone] });
    suppressReview(scratch, { rule: "made-public", reason });
  });
  const { findings, idle, verdict } = review([
    reviewedPlan({ file: "stack.json", json: await realPlan({ before, after }) }),
  ]);
  expect(
    findings.map(({ rule, object, suppressed }) => [rule.id, object.before?.bucket, suppressed]),
  ).toEqual([
    ["stateful-destroyed", "gone", reason],
    ["protection-lowered", "kept", undefined],
    ["protection-lowered", "counted", reason],
  ]);
  expect(verdict).toBe("warns");
  expect(idle.map(({ rule }) => rule)).toEqual(["made-public"]);
});

test("A2: an address stands for all that count and for_each make of it", async () => {
  const buckets = (force: boolean) => ({
    resource: {
      aws_s3_bucket: {
        many: { provider: "aws.here", count: 2, bucket: "many-${count.index}", force_destroy: force },
      },
    },
    output: {
      relocate_review_suppressions: {
        value: [{ rule: "protection-lowered", addresses: ["aws_s3_bucket.many"], reason: "scratch" }],
      },
    },
  });
  const json = await realPlan({ before: buckets(false), after: buckets(true) });
  const { findings } = review([reviewedPlan({ file: "stack.json", json })]);
  expect(findings.map(({ object, suppressed }) => [object.address, suppressed])).toEqual([
    ["aws_s3_bucket.many[0]", "scratch"],
    ["aws_s3_bucket.many[1]", "scratch"],
  ]);
});

test.each<ReviewSuppression>([
  { rule: "made-public", reason: "" },
  { rule: "made-public", reason: "   ok    " },
])("fails for a reason that is none: $reason", (suppression) => {
  expect(() => inStack((stack) => suppressReview(stack, suppression))).toThrow(
    `found reason "${suppression.reason}" for suppressing made-public, expected a sentence of at least 10 characters`,
  );
});
