import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { Bucket } from "../../lib/regional/bucket";
import { Cache } from "../../lib/regional/cache";
import { Key } from "../../lib/regional/key";
import { MailIdentity } from "../../lib/regional/mail-identity";
import { Network, type NetworkImportIds } from "../../lib/regional/network";
import { Queue } from "../../lib/regional/queue";
import { Registry } from "../../lib/regional/registry";
import { Secret } from "../../lib/regional/secret";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import type { StackPlan, StackState } from "../../offline/workspace";
import { adoptedBalancer, standingBalancer } from "./balancer";
import { SOURCE, TARGET } from "./linked";
import { ACCOUNT, cache, open, region, STACK, type Adopted } from "./stores";

let directory: string;
let standIn: StandIn;
/** What stands already. */
let state: StackState;
let adopting: StackPlan;
let known: StackState;

/** An attribute of the one resource of a type whose address has the part. */
function found(attribute: "id" | "arn", type: string, part = ""): string {
  const resource = state.resources.find((one) => one.type === type && one.address.includes(part));
  return String(resource!.values[attribute]);
}

/** The ids of the network, as somebody would read them from the console. */
function networkIds(): NetworkImportIds {
  return {
    vpc: found("id", "aws_vpc"),
    internetGateway: found("id", "aws_internet_gateway"),
    publicRouteTable: found("id", "aws_route_table", "public-routes"),
    zones: ["zone-a", "zone-b"].map((zone) => ({
      publicSubnet: found("id", "aws_subnet", `${zone}_public`),
      privateSubnet: found("id", "aws_subnet", `${zone}_private`),
      natAddress: found("id", "aws_eip", zone),
      natGateway: found("id", "aws_nat_gateway", zone),
      privateRouteTable: found("id", "aws_route_table", zone),
    })),
  };
}

/** The ids of the load balancer and what stands with it. */
const balancerIds = () => ({
  loadBalancer: found("arn", "aws_lb"),
  listener: found("arn", "aws_lb_listener"),
  securityGroup: found("id", "aws_security_group", "front"),
  targetGroup: found("arn", "aws_lb_target_group"),
});

/** A region with everything in it: new, or taken over by the ids. */
function build(stack: TerraformStack, adopted?: Adopted): void {
  const scope = new RegionScope(stack, SOURCE.region, { region: SOURCE.region });
  const { network } = region(scope, SOURCE.cidr, `arn:aws:iam::${ACCOUNT}:role/flow-logs`, adopted);
  if (adopted) adoptedBalancer(scope, network, balancerIds());
  else standingBalancer(scope, network);
  cache(scope, network, { importId: adopted && "storefront-sessions" });
  new Secret(scope, "signing", {
    name: "storefront/signing",
    replicaRegion: TARGET.region,
    importId: adopted && found("id", "aws_secretsmanager_secret", "signing"),
  });
  new Key(scope, "cards", {
    name: "storefront-cards",
    description: "Card numbers",
    importId: adopted && found("id", "aws_kms_key", "cards"),
  });
  new Bucket(scope, "uploads", {
    name: "storefront-uploads",
    importId: adopted && found("id", "aws_s3_bucket"),
  });
}

/** The same, read. */
function read(stack: TerraformStack): void {
  const scope = new RegionScope(stack, SOURCE.region, { region: SOURCE.region });
  const { vpc, zones } = networkIds();
  const existing = {
    network: Network.fromExisting(scope, "network", {
      vpcId: vpc,
      privateSubnetIds: zones.map(({ privateSubnet }) => privateSubnet),
      loadBalancerSecurityGroupId: "sg-1",
    }),
    cache: Cache.fromExisting(scope, "sessions", {
      replicationGroupId: "storefront-sessions",
      securityGroupId: "sg-2",
      secretArn: found("arn", "aws_secretsmanager_secret", "sessions"),
    }),
    bucket: Bucket.fromExisting(scope, "uploads", { bucketName: found("id", "aws_s3_bucket") }),
    queue: Queue.fromExisting(scope, "mails", { name: "storefront-mails" }),
    registry: Registry.fromExisting(scope, "images", { name: "storefront/images" }),
    secret: Secret.fromExisting(scope, "signing", {
      arn: found("arn", "aws_secretsmanager_secret", "signing"),
    }),
    key: Key.fromExisting(scope, "cards", { arn: found("arn", "aws_kms_key", "cards") }),
    mail: MailIdentity.fromExisting(scope, "mail", {
      domain: "example.com",
      mailFrom: "mail-us-east-1.example.com",
    }),
  };
  for (const [name, value] of Object.entries(existing)) new TerraformOutput(stack, name, { value });
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "adoption-"));
  standIn = await startStandIn();
  const standing = await open(standIn, path.join(directory, "standing"), build);
  await standing.apply(STACK);
  state = await standing.state(STACK);

  const adopted = { network: networkIds(), queue: found("id", "aws_sqs_queue", "mails_queue") };
  const adopt = (stack: TerraformStack) => build(stack, adopted);
  adopting = await (await open(standIn, path.join(directory, "adopting"), adopt)).plan(STACK);

  const reading = await open(standIn, path.join(directory, "reading"), read);
  await reading.apply(STACK);
  known = await reading.state(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

test("what stands is taken over by its id, in the region of the scope, and nothing of it is replaced", () => {
  const { resource_changes: all } = adopting.json as {
    resource_changes: { type: string; change: { actions: string[]; importing?: object } }[];
  };
  expect(all.filter(({ change }) => change.actions.includes("delete"))).toEqual([]);
  const imported = all.filter(({ change }) => change.importing);
  const typesThat = (action: string) => [
    ...new Set(imported.filter(({ change }) => change.actions[0] === action).map(({ type }) => type)),
  ];
  expect(typesThat("no-op")).toEqual([
    "aws_ecr_repository",
    "aws_eip",
    "aws_internet_gateway",
    "aws_kms_key",
    "aws_nat_gateway",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_sesv2_email_identity",
    "aws_subnet",
    "aws_vpc",
  ]);
  // These get what is new beside them: a task definition, a user group, logs, and a dead-letter queue.
  expect(typesThat("update")).toEqual([
    "aws_ecs_service",
    "aws_elasticache_replication_group",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_sqs_queue",
  ]);
});

test("an adopted load balancer goes on answering whom it answers today, and shows the origin's certificate besides", () => {
  const { resource_changes: all } = adopting.json as {
    resource_changes: { type: string; change: { actions: string[]; before: Values; after: Values } }[];
  };
  type Values = Record<string, unknown>;
  const changeOf = (type: string) => all.find((one) => one.type === type)!.change;
  const differing = (type: string) => {
    const { before, after } = changeOf(type);
    return Object.keys(after)
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .sort();
  };
  // Neither who may call it, nor whom it asks, nor how long it waits.
  expect(differing("aws_lb")).toEqual([
    "access_logs",
    "desync_mitigation_mode",
    "drop_invalid_header_fields",
    "enable_deletion_protection",
  ]);
  expect(differing("aws_lb_listener")).toEqual(["ssl_policy"]);
  expect(differing("aws_lb_target_group")).toEqual([
    "deregistration_delay",
    "health_check",
    "load_balancing_algorithm_type",
  ]);
  expect(changeOf("aws_lb_listener_certificate").actions).toEqual(["create"]);
});

test("what stands is read from AWS: what can be known of it is known", () => {
  const {
    network,
    cache: existing,
    bucket,
    queue,
    registry,
    secret,
    key,
    mail,
  } = known.outputs as Record<string, Record<string, unknown>>;
  expect(network).toMatchObject({
    cidr: SOURCE.cidr,
    publicSubnetIds: [],
    loadBalancerSecurityGroupId: "sg-1",
  });
  expect(network?.privateRouteTableIds).toHaveLength(2);
  expect(network?.egressAddresses).not.toEqual([]);
  const standing = state.resources.find(({ type }) => type === "aws_elasticache_replication_group");
  expect(existing).toMatchObject({ port: 6379, host: standing?.values.primary_endpoint_address });
  expect(bucket?.arn).toBe(`arn:aws:s3:::${String(bucket?.bucketName)}`);
  expect([queue?.arn, registry?.arn, secret?.arn, key?.arn, mail?.arn]).toEqual([
    found("arn", "aws_sqs_queue", "mails_queue"),
    found("arn", "aws_ecr_repository"),
    found("arn", "aws_secretsmanager_secret", "signing"),
    found("arn", "aws_kms_key", "cards"),
    found("arn", "aws_sesv2_email_identity"),
  ]);
  expect(mail?.dkimTokens).toHaveLength(3);
});

test("fails to plan with a key of a single region: the other region could not decrypt", async () => {
  const arn = state.resources.find(
    ({ type, values }) => type === "aws_kms_key" && values.multi_region === false,
  )!.values.arn as string;
  const workspace = await open(standIn, path.join(directory, "single"), (stack) => {
    const scope = new RegionScope(stack, SOURCE.region, { region: SOURCE.region });
    Key.fromExisting(scope, "cards", { arn });
  });
  await expect(workspace.plan(STACK)).rejects.toThrow(
    /This is a single-Region key.*Fix: make a multi-Region key/s,
  );
});

test("fails to plan with private subnets that share a route table: AWS refuses the same route twice", async () => {
  const { vpc, zones } = networkIds();
  const workspace = await open(standIn, path.join(directory, "shared"), (stack) => {
    const scope = new RegionScope(stack, SOURCE.region, { region: SOURCE.region });
    Network.fromExisting(scope, "network", {
      vpcId: vpc,
      privateSubnetIds: [zones[0]!.privateSubnet, zones[0]!.privateSubnet],
      loadBalancerSecurityGroupId: "sg-1",
    });
  });
  await expect(workspace.plan(STACK)).rejects.toThrow(/shares its route table.*Fix: name the tables/s);
});
