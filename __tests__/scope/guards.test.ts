import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Wafv2IpSet } from "@cdktf/provider-aws/lib/wafv2-ip-set";
import { TerraformHclModule, TerraformStack, Testing } from "cdktf";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";

type Elements = Record<string, Record<string, { provider: string }>>;
type Json = { resource: Elements; data: Elements; provider: Record<string, unknown> };

const ROLE = { name: "reader", assumeRolePolicy: "{}" };

/** Synthesizes what `build` puts into a stack, and returns the message that refuses it. */
function refusal(build: (stack: TerraformStack) => void): string {
  const stack = new TerraformStack(Testing.app(), "shop");
  build(stack);
  try {
    Testing.synth(stack, true);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const regions = (stack: TerraformStack) => ({
  source: new RegionScope(stack, "us-east-1", { region: "us-east-1" }),
  target: new RegionScope(stack, "eu-west-1", { region: "eu-west-1" }),
});

test("A1: each region's resources get that region's provider, and nobody passes one", () => {
  const stack = new TerraformStack(Testing.app(), "shop");
  const { source, target } = regions(stack);
  new SqsQueue(source, "queue");
  new SqsQueue(target, "queue");
  new DataAwsIamPolicyDocument(target, "document");
  const json = JSON.parse(Testing.synth(stack, true)) as Json;
  const providers = Object.values({ ...json.resource.aws_sqs_queue, ...json.data.aws_iam_policy_document });
  expect(providers.map(({ provider }) => provider).sort()).toEqual([
    "aws.eu-west-1",
    "aws.eu-west-1",
    "aws.us-east-1",
  ]);
  expect(json.provider.aws).toEqual([
    { alias: "us-east-1", region: "us-east-1" },
    { alias: "eu-west-1", region: "eu-west-1" },
  ]);
});

test("what belongs to the edge may stand in the global scope: its certificate and its firewall", () => {
  expect(
    refusal((stack) => {
      const global = new GlobalScope(stack, "global");
      new IamRole(global, "role", ROLE);
      new AcmCertificate(global, "certificate", { domainName: "shop.example.com", validationMethod: "DNS" });
      new Wafv2IpSet(global, "block", { name: "block", scope: "CLOUDFRONT", ipAddressVersion: "IPV4" });
    }),
  ).toBe("");
});

test("the nearest scope's provider counts", () => {
  expect(
    refusal((stack) => {
      const { source } = regions(stack);
      new IamRole(new GlobalScope(source, "global"), "role", ROLE);
    }),
  ).toBe("");
});

test("a stack without scopes is nobody's business", () => {
  expect(
    refusal((stack) => {
      new AwsProvider(stack, "aws", { region: "us-east-1" });
      new SqsQueue(stack, "queue");
      new IamRole(stack, "role", ROLE);
    }),
  ).toBe("");
});

test("A2: fails on a global resource in a region, with its path and the fix", () => {
  const message = refusal((stack) => new IamRole(regions(stack).source, "role", ROLE));
  expect(message).toMatch(
    /shop\/us-east-1\/role: aws_iam_role exists once per account.*region scope us-east-1/,
  );
  expect(message).toMatch(/Fix: create it below a GlobalScope/);
});

test("A2: fails on a regional resource in the global scope", () => {
  expect(refusal((stack) => new SqsQueue(new GlobalScope(stack, "global"), "queue"))).toMatch(
    /shop\/global\/queue: aws_sqs_queue is regional.*Fix: create it below the RegionScope/,
  );
});

test("A2: fails on a load balancer's firewall in the global scope", () => {
  expect(
    refusal((stack) => {
      const global = new GlobalScope(stack, "global");
      new Wafv2IpSet(global, "block", { name: "block", scope: "REGIONAL", ipAddressVersion: "IPV4" });
    }),
  ).toMatch(/shop\/global\/block: aws_wafv2_ip_set is regional/);
});

test("fails on two scopes of one region, which would share an alias", () => {
  expect(
    refusal((stack) => {
      new RegionScope(stack, "us-east-1", { region: "us-east-1" });
      new RegionScope(stack, "again", { region: "us-east-1" });
    }),
  ).toMatch(
    /shop\/again\/aws: the alias "us-east-1" is already that of shop\/us-east-1\/aws\. Fix: one scope/,
  );
});

test("fails on each of two providers without an alias", () => {
  const message = refusal((stack) => {
    regions(stack);
    new AwsProvider(stack, "one", { region: "us-east-1" });
    new AwsProvider(stack, "two", { region: "eu-west-1" });
  });
  expect(message).toMatch(/shop\/one: this AWS provider has no alias/);
  expect(message).toMatch(/shop\/two: this AWS provider has no alias.*Fix:/);
});

test("fails on a provider of another stack", () => {
  const app = Testing.app();
  const other = new RegionScope(new TerraformStack(app, "elsewhere"), "us-east-1", { region: "us-east-1" });
  const stack = new TerraformStack(app, "shop");
  new SqsQueue(regions(stack).source, "queue", { provider: other.provider });
  expect(() => Testing.synth(stack, true)).toThrow(
    /shop\/us-east-1\/queue: the provider elsewhere\/us-east-1\/aws belongs to the stack elsewhere.*Fix: open a scope/,
  );
});

test("fails on the other region's provider, and on the other region's name, inside a region", () => {
  const message = refusal((stack) => {
    const { source, target } = regions(stack);
    new SqsQueue(source, "strayed", { provider: target.provider });
    new SqsQueue(source, "named", { region: "eu-west-1" });
  });
  expect(message).toMatch(/shop\/us-east-1\/strayed: aws_sqs_queue names the provider shop\/eu-west-1\/aws/);
  expect(message).toMatch(/shop\/us-east-1\/named: aws_sqs_queue asks for region eu-west-1/);
});

test("fails on a resource outside every scope that names no provider", () => {
  expect(
    refusal((stack) => {
      regions(stack);
      new SqsQueue(stack, "queue");
    }),
  ).toMatch(/shop\/queue: aws_sqs_queue stands in no scope and names no provider.*Fix:/);
});

test("fails on two regions' networks with a common address", () => {
  expect(
    refusal((stack) => {
      const { source, target } = regions(stack);
      new Vpc(source, "vpc", { cidrBlock: "10.10.0.0/16" });
      new Vpc(target, "vpc", { cidrBlock: "10.10.128.0/20" });
    }),
  ).toMatch(
    /shop\/eu-west-1\/vpc: the block 10\.10\.128\.0\/20 overlaps 10\.10\.0\.0\/16 of shop\/us-east-1\/vpc.*Fix:/,
  );
});

test("A1: a Terraform module in a region is handed that region's provider", () => {
  const stack = new TerraformStack(Testing.app(), "shop");
  const { target } = regions(stack);
  new TerraformHclModule(target, "queues", { source: "terraform-aws-modules/sqs/aws" });
  const { module } = JSON.parse(Testing.synth(stack, true)) as { module: Record<string, unknown> };
  expect(Object.values(module)).toEqual([expect.objectContaining({ providers: { aws: "aws.eu-west-1" } })]);
});

test("fails on a Terraform module that would land anywhere, and on one that would land in the other region", () => {
  const message = refusal((stack) => {
    const { source, target } = regions(stack);
    const module = { source: "terraform-aws-modules/sqs/aws" };
    new TerraformHclModule(stack, "loose", module);
    new TerraformHclModule(source, "strayed", {
      ...module,
      providers: [{ moduleAlias: "main", provider: target.provider }],
    });
  });
  expect(message).toMatch(
    /shop\/loose: this Terraform module stands in no scope and is handed no provider.*Fix:/,
  );
  expect(message).toMatch(
    /shop\/us-east-1\/strayed: this Terraform module is handed the provider shop\/eu-west-1\/aws.*Fix:/,
  );
});

test("fails on a global resource that names a region's provider from outside of every scope", () => {
  expect(
    refusal((stack) => {
      const { source } = regions(stack);
      new IamRole(stack, "role", { ...ROLE, provider: source.provider });
    }),
  ).toMatch(/shop\/role: aws_iam_role exists once per account/);
});

test("fails on overrides that lead past the scope", () => {
  const message = refusal((stack) => {
    const { source } = regions(stack);
    new SqsQueue(source, "strayed").addOverride("provider", "aws.eu-west-1");
    new SqsQueue(source, "named").addOverride("region", "eu-west-1");
    new SqsQueue(source, "home").addOverride("provider", "aws.us-east-1");
  });
  expect(message).toMatch(/shop\/us-east-1\/strayed: aws_sqs_queue names the provider aws\.eu-west-1.*Fix:/);
  expect(message).toMatch(/shop\/us-east-1\/named: aws_sqs_queue asks for region eu-west-1.*Fix:/);
  expect(message).not.toMatch(/home/);
});

test("fails on CloudFront's firewall in a region that CloudFront does not look into", () => {
  const firewall = { name: "block", scope: "CLOUDFRONT", ipAddressVersion: "IPV4" };
  const message = refusal((stack) => {
    const { source, target } = regions(stack);
    new Wafv2IpSet(source, "seen", firewall);
    new Wafv2IpSet(target, "unseen", firewall);
  });
  expect(message).toMatch(/shop\/eu-west-1\/unseen: aws_wafv2_ip_set is for CloudFront.*Fix:/);
  expect(message).not.toMatch(/us-east-1\/seen/);
});

test("fails once with every fault listed", () => {
  const message = refusal((stack) => {
    const { source, target } = regions(stack);
    new IamRole(source, "role", ROLE);
    new SqsQueue(new GlobalScope(stack, "global"), "queue");
    new Vpc(source, "vpc", { cidrBlock: "10.10.0.0/16" });
    new Vpc(target, "vpc", { cidrBlock: "10.10.0.0/16" });
  });
  expect(message.match(/Fix:/g)).toHaveLength(3);
});
