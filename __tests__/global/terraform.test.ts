import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, Fn, TerraformStack, TerraformVariable } from "cdktf";
import { DnsRecord } from "../../lib/global/dns-record";
import { Edge } from "../../lib/global/edge";
import { MailRecords } from "../../lib/global/mail-records";
import { WriterName } from "../../lib/global/writer-name";
import { MailIdentity } from "../../lib/regional/mail-identity";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type Workspace } from "../../offline/workspace";

const REGIONS = ["us-east-1", "eu-west-1"] as const;
const STACK = "edge";

let directory: string;
let standIn: StandIn;
let workspace: Workspace;

/** Every option of the edge, and what stands in DNS around it. */
function build(stack: TerraformStack): void {
  const cutover = new TerraformVariable(stack, "cutover", { type: "bool", default: false });
  const lowered = new TerraformVariable(stack, "lower_ttl", { type: "bool", default: false });
  const global = new GlobalScope(stack, "global");
  const [source, target] = REGIONS.map((id) => ({ id, domainName: `${id}.origin.shop.example.com` }));
  const edge = new Edge(global, "edge", {
    name: "storefront",
    publicName: "shop.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/example",
    source,
    target,
    active: Fn.conditional(cutover.value, REGIONS[1], REGIONS[0]) as string,
    cachedPaths: ["/assets/*"],
    webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1",
    accessLogBucket: "logs.s3.amazonaws.com",
  });
  new DnsRecord(global, "public-name", {
    zoneId: "Z1",
    name: "shop.example.com",
    type: "CNAME",
    values: [edge.domainName],
    ttlSeconds: 3600,
    lowered: lowered.stringValue,
  });
  new MailRecords(global, "mail-records", {
    zoneId: "Z1",
    domain: "example.com",
    identities: REGIONS.map((region) => {
      const scope = new RegionScope(stack, region, { region });
      return new MailIdentity(scope, "mail", {
        domain: "example.com",
        mailFrom: `mail-${region}.example.com`,
      });
    }),
  });
  new WriterName(global, "orders-writer", {
    zoneName: "orders.storefront.internal",
    name: "writer.orders.storefront.internal",
    vpcs: REGIONS.map((region, index) => ({ vpcId: `vpc-${index}`, region })),
    source: "source.rds.amazonaws.com",
    target: "target.rds.amazonaws.com",
    active: cutover.stringValue,
  });
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "edge-"));
  standIn = await startStandIn();
  const outdir = path.join(directory, "out");
  const app = new App({ outdir, stackTraces: false });
  build(new TerraformStack(app, STACK));
  app.synth();
  const stack = { name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] };
  workspace = await openWorkspace({
    synthesis: { stacks: [stack] },
    directory: path.join(directory, "work"),
    standIn,
  });
  await workspace.init(STACK);
  await workspace.apply(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const changes = async (variables: Record<string, boolean>) =>
  (await workspace.plan(STACK, variables)).changes
    .map(({ type, actions }) => `${actions.join()} ${type}`)
    .sort();

test("the edge with every option, and DNS around it, apply and then show no changes", async () => {
  expect(await changes({})).toEqual([]);
});

test("A3: a flip changes key, function and the writer's name in place, and nothing else", async () => {
  expect(await changes({ cutover: true })).toEqual([
    "update aws_cloudfront_function",
    "update aws_cloudfrontkeyvaluestore_key",
    "update aws_route53_record",
  ]);
});

test("B1: lowering the TTL changes one record in place", async () => {
  const { changes: planned } = await workspace.plan(STACK, { lower_ttl: true });
  expect(planned.map(({ actions, after }) => [actions, after?.name, after?.ttl])).toEqual([
    [["update"], "shop.example.com", 60],
  ]);
});

test("B5: each region's signatures are its own, by the tokens SES gave it", async () => {
  const { resources } = await workspace.state(STACK);
  const dkim = resources
    .filter(({ type, values }) => type === "aws_route53_record" && /_domainkey/.test(values.name as string))
    .map(({ values }) => [values.name, (values.records as string[])[0]] as [string, string]);
  expect(new Set(dkim.map(([name]) => name)).size).toBe(6);
  for (const [name, value] of dkim) expect(value).toBe(`${name.split(".")[0]}.dkim.amazonses.com`);
});
