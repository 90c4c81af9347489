import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { App, LocalBackend, TerraformIterator, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";

/** Regions of the shop. */
export const REGIONS = ["us-east-1", "eu-west-1"] as const;

const statement = (action: string, others: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, ...others }] });

/** What belongs to a region. */
class Regional extends Construct {
  readonly uploads: S3Bucket;

  constructor(scope: Construct, region: string, provider: AwsProvider) {
    super(scope, "app");
    const network = new Vpc(this, "network", { provider, cidrBlock: "10.0.0.0/16" });
    new Subnet(this, "private", { provider, count: 2, vpcId: network.id, cidrBlock: "10.0.1.0/24" });
    this.uploads = new S3Bucket(this, "uploads", { provider, bucket: `shop-uploads-${region}` });
    new SqsQueue(this, "jobs", { provider, name: "jobs" });
  }
}

/** A region's roles, which are the account's. */
class Identity extends Construct {
  constructor(scope: Construct, provider: AwsProvider, region: string, suffix = "") {
    super(scope, "identity");
    this.make(provider, region, suffix);
  }

  make(provider: AwsProvider, region: string, suffix: string): void {
    const id = (name: string) => `${name}${suffix}`;
    const role = new IamRole(this, id("web"), {
      provider,
      name: `shop-web-${region}`,
      assumeRolePolicy: statement("sts:AssumeRole", { Principal: { Service: "ecs-tasks.amazonaws.com" } }),
    });
    const policy = new IamPolicy(this, id("uploads"), {
      provider,
      name: `shop-uploads-${region}`,
      policy: statement("s3:PutObject", { Resource: `arn:aws:s3:::shop-uploads-${region}/*` }),
    });
    new IamRolePolicyAttachment(this, id("web-uploads"), {
      provider,
      role: role.name,
      policyArn: policy.arn,
    });
    new IamRolePolicy(this, id("jobs"), {
      provider,
      name: "jobs",
      role: role.name,
      policy: statement("sqs:SendMessage", { Resource: "*" }),
    });
    new IamUser(this, id("backup"), { provider, count: 2, name: `shop-backup-${region}-\${count.index}` });
    const operators = TerraformIterator.fromList([`ann-${region}`, `bob-${region}`]);
    new IamUser(this, id("operator"), {
      provider,
      forEach: operators,
      name: Token.asString(operators.value),
    });
  }
}

/** The one edge, which was written into the first region. */
class Edge extends Construct {
  constructor(scope: Construct, provider: AwsProvider, origin: string) {
    super(scope, "edge");
    const access = new CloudfrontOriginAccessControl(this, "access", {
      provider,
      name: "uploads",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    const distribution = new CloudfrontDistribution(this, "distribution", {
      provider,
      enabled: true,
      origin: [
        {
          originId: "uploads",
          domainName: origin,
          originAccessControlId: access.id,
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "uploads",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    const zone = new Route53Zone(this, "zone", { provider, name: "shop.example.com" });
    new Route53Record(this, "public", {
      provider,
      zoneId: zone.zoneId,
      name: "shop.example.com",
      type: "A",
      alias: {
        name: distribution.domainName,
        zoneId: distribution.hostedZoneId,
        evaluateTargetHealth: false,
      },
    });
  }
}

/** The first region's alarms, which were written into the global part. */
class Alarms extends Construct {
  constructor(scope: Construct, provider: AwsProvider) {
    super(scope, "alarms");
    const topic = new SnsTopic(this, "topic", { provider, name: "alarms" });
    new CloudwatchMetricAlarm(this, "errors", {
      provider,
      alarmName: "errors",
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      metricName: "5xxErrorRate",
      namespace: "AWS/CloudFront",
      period: 60,
      statistic: "Average",
      threshold: 1,
      alarmActions: [topic.arn],
    });
  }
}

export interface ShopOptions {
  /** Where the synthesized stack goes, and its state. */
  readonly project: string;
  readonly output: string;
  /**
   * `mixed`: as it was written. `split`: what is global stands in `global`, and what is regional in its region. `left`, and
   * `account`: what is global has a stack of its own.
   */
  readonly is: "mixed" | "split" | "left" | "account";
  /** Called at the end of the stack's constructor, as `moved.ts` says. */
  readonly andThen?: (stack: TerraformStack) => void;
}

/** Synthesizes a shop in two regions. @returns the stack's directory */
export function synthesizeShop({ project, output, is, andThen }: ShopOptions): string {
  const app = new App({ outdir: output });
  const stack = new TerraformStack(app, "shop");
  new LocalBackend(stack, { path: `${project}/terraform.shop.tfstate` });
  const providers = REGIONS.map(
    (region) => new AwsProvider(stack, region.replaceAll("-", ""), { region, alias: region }),
  );
  const global = new Construct(stack, "global");
  const [first] = providers;
  if (is !== "account") {
    const regions = REGIONS.map((region) => new Construct(stack, region));
    const buckets = REGIONS.map((region, at) => new Regional(regions[at]!, region, providers[at]!).uploads);
    new Alarms(is === "split" ? regions[0]! : global, first!);
    if (is === "mixed") {
      REGIONS.forEach((region, at) => new Identity(regions[at]!, providers[at]!, region));
      new Edge(regions[0]!, first!, buckets[0]!.bucketRegionalDomainName);
    }
    if (is === "split") new Edge(global, first!, buckets[0]!.bucketRegionalDomainName);
  }
  if (is === "account") new Edge(global, first!, "shop-uploads-us-east-1.s3.us-east-1.amazonaws.com");
  if (is === "split" || is === "account") {
    const identity = new Identity(global, first!, REGIONS[0], `-${REGIONS[0]}`);
    identity.make(first!, REGIONS[1], `-${REGIONS[1]}`);
  }
  andThen?.(stack);
  app.synth();
  return `${output}/stacks/shop`;
}
