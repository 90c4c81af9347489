import { BatchReplicationRole } from "../../lib/global/batch-role";
import { FlowLogRole } from "../../lib/global/flow-log-role";
import { bucketLinkAlarms } from "../../lib/link/bucket-link-alarms";
import { GlobalDatastore } from "../../lib/link/global-datastore";
import { linkBuckets, type BucketEnd } from "../../lib/link/bucket-link";
import { linkRegistries } from "../../lib/link/registry-link";
import { Bucket } from "../../lib/regional/bucket";
import { Cache } from "../../lib/regional/cache";
import { flowLogGroup, FlowLogs } from "../../lib/regional/flow-logs";
import { Network } from "../../lib/regional/network";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { inRegion, inStack } from "../regional/synthesized";

type Ends = [BucketEnd, BucketEnd];

const between = (link: (source: BucketEnd, target: BucketEnd) => void) =>
  inStack((stack) => {
    const ends = ["us-east-1", "eu-west-1"].map((region) => {
      const scope = new RegionScope(stack, region, { region });
      return { scope, region, bucket: new Bucket(scope, "uploads", { name: "uploads" }) };
    }) as unknown as Ends;
    link(...ends);
  });

interface Replication {
  rule: { destination: { region: string }[]; repository_filter: { filter: string; filter_type: string }[] }[];
}

test("images whose name begins with the prefix go both ways, by one configuration a region", () => {
  const made = between((source, target) => linkRegistries("storefront/", source, target));
  const links = Object.values(made.all("aws_ecr_replication_configuration"));
  expect(
    links.map(({ provider, replication_configuration }) => {
      const [rule] = (replication_configuration as Replication).rule;
      return [provider, rule?.destination[0]?.region, rule?.repository_filter[0]];
    }),
  ).toEqual([
    ["aws.eu-west-1", "us-east-1", { filter: "storefront/", filter_type: "PREFIX_MATCH" }],
    ["aws.us-east-1", "eu-west-1", { filter: "storefront/", filter_type: "PREFIX_MATCH" }],
  ]);
});

test("B7: objects that are late, and objects that stay behind, raise an alarm where S3 tells of them", () => {
  const made = between((from, to) => {
    linkBuckets("uploads", from, to, "arn:role");
    bucketLinkAlarms("uploads-alarms", { name: "uploads", from, to });
  });
  const rules = Object.values(made.all("aws_s3_bucket_replication_configuration")).map(
    ({ rule }) => (rule as { id: string }[])[0]?.id,
  );
  const alarms = Object.values(made.all("aws_cloudwatch_metric_alarm"));
  expect(alarms.map((one) => [one.provider, one.metric_name])).toEqual([
    ["aws.eu-west-1", "ReplicationLatency"],
    ["aws.us-east-1", "OperationsFailedReplication"],
  ]);
  for (const { dimensions } of alarms) {
    const { RuleId, SourceBucket, DestinationBucket } = dimensions as Record<string, string>;
    expect(rules).toContain(RuleId);
    expect(RuleId).toBe("to-eu-west-1");
    expect(SourceBucket).toMatch(/us-east-1_uploads/);
    expect(DestinationBucket).toMatch(/eu-west-1_uploads/);
  }
});

test("a bucket lets ElastiCache of its own region in when it is to hold snapshots, and only then", () => {
  const policy = (cacheSnapshots?: boolean) =>
    String(
      inRegion("eu-west-1", (scope) => {
        new Bucket(scope, "exports", { name: "exports", cacheSnapshots });
      }).one("aws_s3_bucket_policy").policy,
    );
  expect(policy(true)).toMatch(/data\.aws_region\..+\.region}\.elasticache-snapshot\.amazonaws\.com/);
  expect(policy(true)).toMatch(/"aws:SecureTransport" = "false"/);
  expect(policy()).not.toMatch(/elasticache/);
});

test("a global datastore looks at its primary once, when it is made", () => {
  const made = inRegion("us-east-1", (scope) => {
    const primary = Cache.fromExisting(scope, "sessions", {
      replicationGroupId: "legacy",
      securityGroupId: "sg-1",
      secretArn: "arn",
    });
    new GlobalDatastore(scope, "global", { name: "sessions", primary });
  });
  expect(made.one("aws_elasticache_global_replication_group")).toMatchObject({
    primary_replication_group_id: "legacy",
    global_replication_group_id_suffix: "sessions",
    lifecycle: { ignore_changes: ["primary_replication_group_id"] },
  });
});

interface Policy {
  Statement: { Action: string[]; Resource: string[]; Principal?: { Service: string } }[];
}

test("the roles of batch replication and of flow logs may do what they are for, on what is theirs", () => {
  const made = inStack((stack) => {
    const global = new GlobalScope(stack, "global");
    const account = "123456789012";
    new BatchReplicationRole(global, "batch", {
      name: "batch",
      account,
      bucketArns: ["arn:aws:s3:::uploads"],
    });
    new FlowLogRole(global, "flow", { name: "flow", account, network: "storefront", regions: ["eu-west-1"] });
  });
  const of = (type: string, id: string, argument: string) =>
    JSON.parse(String(made.one(type, id)[argument])) as Policy;
  expect(of("aws_iam_role_policy", "batch", "policy").Statement).toMatchObject([
    {
      Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
      Resource: ["arn:aws:s3:::uploads"],
    },
    { Action: ["s3:InitiateReplication"], Resource: ["arn:aws:s3:::uploads/*"] },
  ]);
  expect(of("aws_iam_role", "batch", "assume_role_policy").Statement[0]?.Principal).toEqual({
    Service: "batchoperations.s3.amazonaws.com",
  });
  expect(of("aws_iam_role_policy", "flow", "policy").Statement[0]?.Resource).toEqual([
    `arn:aws:logs:eu-west-1:123456789012:log-group:${flowLogGroup("storefront")}:*`,
  ]);
});

test("flow logs go to a group that ends after a while, which the role's policy names", () => {
  const made = inRegion("eu-west-1", (scope) => {
    const network = new Network(scope, "network", { name: "storefront", cidr: "10.20.0.0/16" });
    new FlowLogs(scope, "flow-logs", { network, name: "storefront", roleArn: "arn:role" });
  });
  expect(made.one("aws_cloudwatch_log_group")).toMatchObject({
    name: flowLogGroup("storefront"),
    retention_in_days: 30,
  });
  expect(made.one("aws_flow_log")).toMatchObject({ traffic_type: "ALL", iam_role_arn: "arn:role" });
});

test("fails on a link of a region's registries with itself, and on a prefix that no name begins with", () => {
  expect(() => between((source) => linkRegistries("storefront/", source, source))).toThrow(
    /stack\/us-east-1: both ends of the registries' link are in us-east-1.*Fix:/,
  );
  expect(() => between((source, target) => linkRegistries("Shop", source, target))).toThrow(
    /us-east-1\/registries-to-eu-west-1: found the prefix "Shop", expected two or more lower-case.*Fix:/,
  );
});

test("fails on a global datastore's name that AWS refuses", () => {
  const primary = {
    replicationGroupId: "x",
    arn: "",
    host: "",
    port: 6379,
    securityGroupId: "",
    secretArn: "",
  };
  expect(() =>
    inRegion("us-east-1", (scope) => {
      new GlobalDatastore(scope, "global", { name: "Sessions", primary });
    }),
  ).toThrow(/us-east-1\/global: the global datastore name "Sessions" is not of the form AWS takes.*Fix:/);
});
