import { review } from "../../review/review";
import { reviewedPlan } from "../../review/reviewed-plan";
import type { Configuration } from "../offline/configuration";
import { type RealPlan, realPlan } from "./real-plan";

const here = { provider: "aws.here" };
const there = { provider: "aws.there" };

/** Findings of one rule, by address. */
async function found(rule: string, plan: RealPlan, file = "shop.json"): Promise<string[]> {
  const { findings } = review([reviewedPlan({ file, json: await realPlan(plan) })]);
  return findings.filter((finding) => finding.rule.id === rule).map(({ object }) => object.address);
}

const schedule = (state: string, provider: object) => ({
  ...provider,
  name: "nightly",
  state,
  schedule_expression: "rate(1 day)",
  flexible_time_window: { mode: "OFF" },
  target: { arn: "arn:aws:sqs:us-east-1:123456789012:q", role_arn: "arn:aws:iam::123456789012:role/r" },
});
const target = (tasks: number, provider: object) => ({
  ...provider,
  resource_id: "service/shop-mailer/shop-mailer",
  scalable_dimension: "ecs:service:DesiredCount",
  service_namespace: "ecs",
  min_capacity: tasks,
  max_capacity: tasks,
});
const gate = { resourceId: "service/shop-mailer/shop-mailer", minTasks: 1, maxTasks: 1 };
const manifest = {
  version: 2,
  workload: "shop",
  sourceRegion: "us-east-1",
  targetRegion: "eu-west-1",
  phase: "cutover",
  workers: { mailer: { source: gate, target: gate } },
  schedules: {},
  writerNames: {},
};
const cutover = (resource: object): Configuration => ({
  variable: { cutover: { type: "bool", default: false } },
  output: { relocate_manifest: { value: manifest } },
  resource,
});
const key = {
  key_value_store_arn: "arn:aws:cloudfront::123456789012:key-value-store/s",
  key: "active",
  provider: "aws.here",
};
const record = (ttl: number) => ({
  ...here,
  zone_id: "Z1",
  name: "shop.example.com",
  type: "CNAME",
  ttl,
  records: ["d.example.com"],
});

test("A2: job-on-both-sides finds a schedule and a worker that are on in both regions, and lets those pass that are on in one", async () => {
  const jobs = (tasks: number, state: string) =>
    cutover({
      aws_scheduler_schedule: { one: schedule("ENABLED", here), two: schedule(state, there) },
      aws_appautoscaling_target: { one: target(1, here), two: target(tasks, there) },
    });
  expect(await found("job-on-both-sides", { after: jobs(1, "ENABLED") })).toEqual([
    "aws_appautoscaling_target.one",
    "aws_appautoscaling_target.two",
    "aws_scheduler_schedule.one",
    "aws_scheduler_schedule.two",
  ]);
  expect(await found("job-on-both-sides", { after: jobs(0, "DISABLED") })).toEqual([]);
});

test("A2: writers-disagree finds poolers that are told different writers, and lets those pass that are told the same", async () => {
  const parameter = (value: string, provider: object) => ({
    ...provider,
    name: "/shop/orders/writer",
    type: "String",
    insecure_value: value,
  });
  const poolers = (second: string) => ({
    resource: { aws_ssm_parameter: { one: parameter("a.example.com", here), two: parameter(second, there) } },
  });
  expect(await found("writers-disagree", { after: poolers("b.example.com") })).toEqual([
    "aws_ssm_parameter.one",
    "aws_ssm_parameter.two",
  ]);
  expect(await found("writers-disagree", { after: poolers("a.example.com") })).toEqual([]);
});

test("A2, A3: origin-before-writer finds a flip by Terraform, and lets a plan pass after the runbook has flipped", async () => {
  const flip = (value: string) => cutover({ aws_cloudfrontkeyvaluestore_key: { active: { ...key, value } } });
  expect(
    await found("origin-before-writer", { before: flip("us-east-1"), after: flip("eu-west-1") }),
  ).toEqual(["aws_cloudfrontkeyvaluestore_key.active"]);
  expect(
    await found("origin-before-writer", { before: flip("eu-west-1"), after: flip("eu-west-1") }),
  ).toEqual([]);
});

test("B1: ttl-before-switch finds names that resolvers keep for long when the origin is flipped, and lets 60 s pass", async () => {
  const names = (ttl: number) => ({
    after: cutover({ aws_route53_record: { shop: record(ttl) } }),
    variables: { cutover: true },
  });
  expect(await found("ttl-before-switch", names(300))).toEqual(["aws_route53_record.shop"]);
  expect(await found("ttl-before-switch", names(60))).toEqual([]);
});

test("A2: not-empty-after-cutover finds what slips in after the switch, and lets an empty plan pass", async () => {
  const stack = (ttl: number) => cutover({ aws_route53_record: { shop: record(ttl) } });
  const variables = { cutover: true };
  expect(await found("not-empty-after-cutover", { before: stack(60), after: stack(30), variables })).toEqual([
    "aws_route53_record.shop",
  ]);
  expect(await found("not-empty-after-cutover", { before: stack(60), after: stack(60), variables })).toEqual(
    [],
  );
});

test("A2: global-under-region finds a role in a region's module, and lets one pass that stands apart", async () => {
  const roles = (name: string) => ({
    after: { resource: { aws_iam_role: { [name]: { ...here, name: "app", assume_role_policy: "{}" } } } },
  });
  expect(await found("global-under-region", roles("eu-west-1_app_role"))).toEqual([
    "aws_iam_role.eu-west-1_app_role",
  ]);
  expect(await found("global-under-region", roles("global_app_role"))).toEqual([]);
});

test("A2: renamed-not-moved finds a bucket whose construct was renamed, and lets a move pass", async () => {
  const bucket = (name: string, more: object = {}) => ({
    resource: { aws_s3_bucket: { [name]: { ...here, bucket: "uploads" } } },
    ...more,
  });
  expect(await found("renamed-not-moved", { before: bucket("old"), after: bucket("new") })).toEqual([
    "aws_s3_bucket.new",
  ]);
  const moved = { moved: [{ from: "aws_s3_bucket.old", to: "aws_s3_bucket.new" }] };
  expect(await found("renamed-not-moved", { before: bucket("old"), after: bucket("new", moved) })).toEqual(
    [],
  );
});

test("A2: stateful-destroyed lets the source go once its last backups are proven", async () => {
  const proof = JSON.stringify({ completedAt: "2026-01-01T00:00:00Z", snapshots: {} });
  const parameter = { ...here, name: "/shop/final-backup", type: "String", insecure_value: proof };
  const before = {
    resource: {
      aws_ssm_parameter: { proof: parameter },
      aws_s3_bucket: { uploads: { ...here, bucket: "uploads" } },
    },
  };
  const kept = { resource: { aws_ssm_parameter: { proof: parameter } } };
  const proven = { ...kept, data: { aws_ssm_parameter: { proof: { ...here, name: "/shop/final-backup" } } } };
  expect(await found("stateful-destroyed", { before, after: kept })).toEqual(["aws_s3_bucket.uploads"]);
  expect(await found("stateful-destroyed", { before, after: proven })).toEqual([]);
});
