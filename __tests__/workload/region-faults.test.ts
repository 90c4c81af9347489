import { bazaar, relocation } from "./bazaar";
import { failsOn, part, props, region, thing } from "./broken";
import { refusals } from "./refusals";

const { source, target } = relocation;
const noZone = {
  ...bazaar,
  edge: {
    publicName: "shop.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
  },
};
const balancers = "arn:aws:elasticloadbalancing:us-east-1:123456789012";
const loadBalancer = {
  loadBalancer: `${balancers}:loadbalancer/app/shop/0a1b`,
  listener: `${balancers}:listener/app/shop/0a1b/2c3d`,
  securityGroup: "sg-0a1b",
};
/** The source with something adopted beside its network. */
const adopting = (adopt: object, more: object = {}) =>
  region("source", { adopt: { network: { vpc: "vpc-0a1b" }, ...adopt }, ...more });
/** Brought to the source by a relocation before, with what is adopted of that. */
const following = (
  before: object,
  adopt: object = {
    keys: { envelope: "mrk-0a1b" },
    secrets: { partner: "arn:aws:secretsmanager:us-east-1:123456789012:secret:partner-AbCdEf" },
  },
) =>
  props({
    source: { ...source, adopt },
    follows: { ...relocation, source: target, target: source, ...before },
  });
const originCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b";

failsOn([
  [
    "a region that is none",
    region("target", { region: "Ireland" }),
    'target.region: found "Ireland", expected a region code. Fix: write it such as eu-west-1',
  ],
  [
    "a region of another partition, whose accounts and edge are not ours",
    region("source", { region: "us-gov-west-1" }),
    'source.region: found "us-gov-west-1", expected a region of the standard partition',
  ],
  [
    "one region twice",
    region("target", { region: "us-east-1" }),
    'target.region: found "us-east-1", which is the source\'s',
  ],
  ["no block", region("source", { cidr: undefined }), "source.cidr: found none"],
  [
    "a block that is none",
    region("source", { cidr: "10.10.0.0" }),
    'source.cidr: found the block "10.10.0.0", expected an IPv4 block',
  ],
  ["a block that is too narrow", region("target", { cidr: "10.20.0.0/24" }), "target.cidr: found the block"],
  [
    "a block that does not begin at its first address",
    region("target", { cidr: "10.20.1.0/16" }),
    'target.cidr: found the block "10.20.1.0/16", which does not begin',
  ],
  [
    "networks that overlap",
    region("target", { cidr: "10.10.64.0/18" }),
    'target.cidr: found "10.10.64.0/18", which overlaps the source\'s "10.10.0.0/16"',
  ],
  [
    "a topic of another region",
    region("target", { notify: ["arn:aws:sns:us-east-1:123456789012:pages"] }),
    "target.notify: found",
  ],
  [
    "a load balancer's certificate of another region",
    region("target", { originCertificateArn }),
    "target.originCertificateArn: found",
  ],
  [
    "an origin without a certificate, where no zone proves one",
    props({ workload: noZone, source: { ...source, originCertificateArn } }),
    "target.originCertificateArn: found none, and edge.zone is none, expected a certificate for eu-west-1.origin.shop",
  ],
  [
    "neither zone nor certificate for the public name",
    props({
      workload: { ...bazaar, edge: { publicName: "shop.example.com" } },
      source: { ...source, originCertificateArn },
      target: {
        ...target,
        originCertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b",
      },
    }),
    "edge: found neither zone nor certificateArn",
  ],
  ["no image for the runbook", props({ runnerImage: "" }), 'runnerImage: found ""'],
  [
    "an image for poolers that is none",
    props({ poolerImage: "https://hub.docker.com/pgbouncer" }),
    "poolerImage: found",
  ],
  [
    "a pooler without an image",
    thing("databases", "orders", { writerDiscovery: "pooler" }),
    "poolerImage: found none, but databases.orders has the writer discovery pooler",
  ],
  [
    "an account's name",
    props({ accountId: "production" }),
    'accountId: found "production", expected the twelve',
  ],
  [
    "a backend's bucket by its ARN",
    props({ backend: { bucket: "arn:aws:s3:::states", region: "eu-central-1" } }),
    "backend.bucket: found",
  ],
  [
    "a backend without a region",
    props({ backend: { bucket: "states", region: "" } }),
    'backend.region: found ""',
  ],
  [
    "a key prefix that begins with a slash",
    props({ backend: { bucket: "states", region: "eu-central-1", keyPrefix: "/states" } }),
    'backend.keyPrefix: found "/states"',
  ],
  ["a tag of AWS's own", props({ tags: { "aws:team": "shop" } }), 'tags: found the key "aws:team"'],
  ["a tag that is too long", props({ tags: { team: "s".repeat(257) } }), "tags.team: found"],
  [
    "an adopted database that the workload has not",
    region("source", { adopt: { databases: { invoices: "shop-invoices" } } }),
    'source.adopt.databases: found "invoices", expected one of orders, stock, ledger',
  ],
  [
    "an adopted bucket without a name",
    region("source", { adopt: { buckets: { uploads: "" } } }),
    'source.adopt.buckets.uploads: found ""',
  ],
  [
    "an existing bucket that the workload has not",
    region("source", { existing: () => ({ buckets: { files: {} } }) }),
    'source.existing.buckets: found "files", expected one of uploads',
  ],
  [
    "an existing source whose network is neither described nor to be made",
    region("source", { cidr: undefined, existing: () => ({}) }),
    "source.cidr: found none, and source.existing has no network",
  ],
  [
    "one database adopted twice",
    region("source", { adopt: { databases: { orders: "shop", ledger: "shop" } } }),
    'source.adopt.databases: found "shop" twice',
  ],
  [
    "an adopted load balancer by its name",
    adopting({ loadBalancer: { ...loadBalancer, loadBalancer: "shop", listener: "shop/2c3d" } }),
    'source.adopt.loadBalancer.loadBalancer: found "shop", expected the ARN of an application load balancer in us-east-1',
  ],
  [
    "a listener of another load balancer",
    adopting({
      loadBalancer: { ...loadBalancer, listener: `${balancers}:listener/app/admin/4e5f/2c3d` },
    }),
    "source.adopt.loadBalancer.listener: found",
  ],
  [
    "a security group by its name",
    adopting({ loadBalancer: { ...loadBalancer, securityGroup: "front" } }),
    'source.adopt.loadBalancer.securityGroup: found "front"',
  ],
  [
    "an adopted load balancer in a network that is new",
    adopting({ network: undefined, loadBalancer }),
    "source.adopt.loadBalancer: found one, but the network is a new one",
  ],
  [
    "an adopted load balancer that is managed elsewhere",
    adopting({ loadBalancer }, { existing: () => ({ loadBalancer: {} }) }),
    "source.adopt.loadBalancer: found one, which source.existing says is managed elsewhere",
  ],
  [
    "an adopted target group of another region",
    adopting({
      loadBalancer,
      targetGroups: { web: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0a1b" },
    }),
    "source.adopt.targetGroups.web: found",
  ],
  [
    "an adopted target group of a worker",
    adopting({ loadBalancer, targetGroups: { mailer: `${balancers}:targetgroup/mailer/0a1b` } }),
    'source.adopt.targetGroups: found "mailer", expected one of web, api',
  ],
  [
    "an adopted target group on a load balancer that is new",
    adopting({ targetGroups: { web: `${balancers}:targetgroup/web/0a1b` } }),
    "source.adopt.targetGroups: found web, but the load balancer is a new one",
  ],
  [
    "a relocation before that led elsewhere",
    following({ source: target, target: { region: "ap-south-1", cidr: "10.30.0.0/16" } }),
    'follows.target.region: found "ap-south-1", expected "us-east-1", where the workload runs today',
  ],
  [
    "a relocation before of another workload",
    following({ workload: { ...bazaar, name: "market" } }),
    'follows.workload.name: found "market", expected "bazaar"',
  ],
  [
    "a relocation before whose description is wrong",
    following({ runnerImage: "" }),
    'follows.runnerImage: found ""',
  ],
  [
    "a key that was a replica and is not adopted",
    following(
      {},
      { secrets: { partner: "arn:aws:secretsmanager:us-east-1:123456789012:secret:partner-AbCdEf" } },
    ),
    'source.adopt.keys: found no "envelope", expected what was its replica in us-east-1',
  ],
]);

test("fails on a public name so long that no certificate can be made out to the load balancers' names", () => {
  const publicName = `${"a".repeat(40)}.example.com`;
  const line = (name: string) =>
    expect.stringContaining(`${name}.origin.${publicName} has 69 characters, expected 64 at most`) as string;
  expect(refusals(part("edge", { publicName }))).toEqual([line("us-east-1"), line("eu-west-1")]);
});

test("fails with every fault of workload, regions and settings in one error", () => {
  const broken = props({
    workload: { ...bazaar, name: "", databases: { orders: { engineVersion: "9" } } },
    source: { region: "us-east-1", cidr: "10.10.0.0" },
    target: { region: "us-east-1", cidr: "10.20.0.0/16" },
    accountId: "1",
  });
  expect(refusals(broken).map((line) => line.slice(0, line.indexOf(": found")))).toEqual([
    "name",
    "databases.orders.engineVersion",
    "services.web.databases",
    "services.web.databases",
    "source.cidr",
    "target.region",
    "accountId",
  ]);
});

test("fails on existing modules that the workload has not, and on those that are adopted as well", () => {
  const described = {
    databases: { invoices: {} },
    services: { web: {} },
    oneOffs: { mailer: {} },
    poolers: { orders: {} },
  };
  const faults = refusals(
    region("source", {
      cidr: undefined,
      existing: () => described,
      adopt: { services: { web: "shop/web" } },
    }),
  );
  expect(faults).toEqual([
    expect.stringContaining('source.existing.databases: found "invoices", expected one of orders'),
    expect.stringContaining('source.adopt.services: found "web", which source.existing says'),
    expect.stringContaining(
      'source.existing.poolers: found "orders", expected no name, as the workload has no',
    ),
    expect.stringContaining('source.existing.oneOffs: found "mailer", expected one of report'),
    expect.stringContaining("source.cidr: found none, and source.existing has no network"),
  ]);
});
