import { MANIFEST_OUTPUT } from "../../lib/manifest";
import { relocation, storefront, synthesized } from "./example";

const stacks = synthesized();
const all = (phase: string, type: string) => Object.values(stacks[phase]!.resource[type] ?? {});

test("A1: the target gets the same modules as the source, resource by resource", () => {
  for (const [type, found] of Object.entries(stacks.standby!.resource)) {
    const count = (region: string) => Object.keys(found).filter((id) => id.startsWith(`${region}_`)).length;
    expect([type, count("eu-west-1")]).toEqual([type, count("us-east-1")]);
  }
});

test("every AWS resource of every phase names its provider, and everything is below a region or the global scope", () => {
  for (const stack of Object.values(stacks)) {
    for (const block of [stack.resource, stack.data ?? {}]) {
      for (const [type, found] of Object.entries(block)) {
        if (!type.startsWith("aws_")) continue;
        for (const [id, { provider }] of Object.entries(found)) {
          expect([id, provider]).toEqual([id, `aws.${id.split("_")[0]}`]);
        }
      }
    }
  }
});

test("each phase tells its part of the manifest, and marks it as no secret", () => {
  for (const [phase, stack] of Object.entries(stacks)) {
    expect(stack.output[MANIFEST_OUTPUT]).toMatchObject({
      value: {
        version: 2,
        phase,
        workload: "storefront",
        sourceRegion: "us-east-1",
        targetRegion: "eu-west-1",
      },
    });
    expect(stack.output[MANIFEST_OUTPUT]!.sensitive).toBeUndefined();
  }
});

test("each side's tasks list both databases, the own one first, and read the password of their own region", () => {
  const containers = all("standby", "aws_ecs_task_definition").map((one) => JSON.stringify(one));
  const [target, source] = containers as [string, string];
  const host = (region: string) => `\\$\\{aws_db_instance\\.${region}_orders_instance_\\w+\\.address\\}:5432`;
  const url = (own: string, other: string) =>
    new RegExp(
      `postgresql://orders_app@${host(own)},${host(other)}/orders\\?target_session_attrs=read-write&sslmode=verify-full`,
    );
  expect(source).toMatch(url("us-east-1", "eu-west-1"));
  expect(target).toMatch(url("eu-west-1", "us-east-1"));
  expect(source).toMatch(/ORDERS_DATABASE_PASSWORD.{0,80}aws_secretsmanager_secret_version\.us-east-1/);
  expect(target).toMatch(/ORDERS_DATABASE_PASSWORD.{0,80}aws_secretsmanager_secret_version\.eu-west-1/);
  expect(source).toMatch(/UPLOADS_BUCKET.{0,80}us-east-1_uploads/);
  expect(target).toMatch(/UPLOADS_BUCKET.{0,80}eu-west-1_uploads/);
});

test("an image in a private registry may be pulled, that repository alone", () => {
  const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web:1.0.0";
  const workload = { ...storefront, services: { web: { ...storefront.services.web!, image } } };
  const text = JSON.stringify(synthesized({ ...relocation, workload }).standby!.resource.aws_iam_role_policy);
  expect(text).toContain("arn:aws:ecr:us-east-1:123456789012:repository/team/web");
  expect(text).toContain("ecr:BatchGetImage");
});

test("A3: the edge has both origins, and the variable turns the key and the function", () => {
  const flip = '${var.cutover ? "eu-west-1" : "us-east-1"}';
  expect(stacks.cutover!.variable.cutover!.default).toBe(false);
  expect(all("cutover", "aws_cloudfrontkeyvaluestore_key")).toEqual([
    expect.objectContaining({ key: "active", value: flip }),
  ]);
  expect(all("cutover", "aws_cloudfront_function")[0]!.code).toContain(`const COMMITTED = "${flip}";`);
  const [distribution] = all("cutover", "aws_cloudfront_distribution");
  expect(JSON.stringify(distribution)).not.toContain("var.cutover");
  expect(distribution!.origin).toEqual([
    expect.objectContaining({ origin_id: "us-east-1", domain_name: "us-east-1.origin.shop.example.com" }),
    expect.objectContaining({ origin_id: "eu-west-1", domain_name: "eu-west-1.origin.shop.example.com" }),
  ]);
});

test("A3: without a function, the variable turns the distribution's target origin", () => {
  const workload = { ...storefront, edge: { ...storefront.edge!, flip: "distribution" as const } };
  const { cutover } = synthesized({ ...relocation, workload });
  expect(Object.keys(cutover!.resource)).not.toContain("aws_cloudfront_function");
  expect(Object.values(cutover!.resource.aws_cloudfront_distribution!)[0]).toMatchObject({
    default_cache_behavior: { target_origin_id: '${var.cutover ? "eu-west-1" : "us-east-1"}' },
  });
});

test("C6: nothing is retired without being asked to", () => {
  expect(stacks.decommission!.variable.retire_source).toMatchObject({ default: false });
  expect(stacks.decommission!.variable.retire_source!.description).toMatch(/NOT REVERSIBLE/);
  for (const type of ["aws_db_snapshot", "aws_db_snapshot_copy", "aws_lb_listener_rule"]) {
    expect(all("decommission", type)).toEqual([
      expect.objectContaining({ count: "${var.retire_source ? 1 : 0}" }),
    ]);
  }
});

test("one setting keeps every state in a bucket, locked and encrypted, where the other stacks read it", () => {
  const backend = { bucket: "states", region: "eu-central-1", keyPrefix: "moves/" };
  const found = synthesized({ ...relocation, backend });
  for (const [phase, stack] of Object.entries(found)) {
    expect((stack.terraform as unknown as { backend: unknown }).backend).toEqual({
      s3: {
        bucket: "states",
        region: "eu-central-1",
        key: `moves/storefront-${phase}.tfstate`,
        encrypt: true,
        use_lockfile: true,
      },
    });
  }
  expect(Object.values(found.cutover!.data.terraform_remote_state!)).toEqual([
    expect.objectContaining({
      backend: "s3",
      config: expect.objectContaining({ key: "moves/storefront-standby.tfstate" }) as object,
    }),
  ]);
});

test("every provider refuses other accounts and tags what it makes", () => {
  const found = synthesized({ ...relocation, accountId: "123456789012", tags: { team: "shop" } });
  for (const [phase, stack] of Object.entries(found)) {
    const { aws } = (stack as unknown as { provider: { aws: Record<string, unknown>[] } }).provider;
    for (const provider of aws) {
      expect(provider).toMatchObject({
        allowed_account_ids: ["123456789012"],
        default_tags: [
          { tags: { team: "shop", "relocate:workload": "storefront", "relocate:phase": phase } },
        ],
      });
    }
  }
});

test("Terraform too old for write-only arguments is refused by the stacks themselves", () => {
  for (const stack of Object.values(stacks)) expect(stack.terraform.required_version).toBe(">= 1.11");
});
