import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { linkBuckets } from "../../lib/link/bucket-link";
import { linkDatabases } from "../../lib/link/database-link";
import { JournalTable } from "../../lib/link/journal-table";
import { LagAlarms } from "../../lib/link/lag-alarms";
import { peerNetworks } from "../../lib/link/network-peering";
import { Runner } from "../../lib/link/runner";
import { DatabaseCredentials } from "../../lib/regional/database-credentials";
import { OriginCertificate } from "../../lib/regional/origin-certificate";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import { openWorkspace, type StackPlan, type Workspace } from "../../offline/workspace";
import { modules, ROLE } from "../regional/modules";
import { databaseEnd, type LinkedRegion, SOURCE, TARGET } from "./linked";

const STACK = "modules";
let directory: string;
let standIn: StandIn;
let workspace: Workspace;
let first: StackPlan;

/** Everything of both regions and every link, in one stack. */
function build(stack: TerraformStack, databaseName: string): void {
  const scopes = [SOURCE, TARGET].map(({ region }) => new RegionScope(stack, region, { region }));
  const name = "storefront/orders";
  const original = new DatabaseCredentials(scopes[0]!, "orders-credentials", { name });
  const copy = new DatabaseCredentials(scopes[1]!, "orders-credentials", { name, copyOf: original });
  const [source, target] = [SOURCE, TARGET].map(({ region, cidr }, index): LinkedRegion => {
    const scope = scopes[index]!;
    const certificate = new OriginCertificate(scope, "certificate", {
      domainName: `${region}.origin.shop.example.com`,
    });
    const passwordArn = [original, copy][index]!.secretArn;
    new TerraformOutput(stack, `password-${region}`, { value: passwordArn });
    const overrides = {
      databaseName,
      secrets: { ORDERS_DATABASE_PASSWORD: passwordArn },
      certificateArn: certificate.validate(`_proof.${region}.origin.shop.example.com`),
    };
    return { scope, region, ...modules(scope, region, cidr, overrides) };
  }) as [LinkedRegion, LinkedRegion];

  peerNetworks(source, target);
  linkDatabases(databaseEnd(source), databaseEnd(target));
  linkBuckets("uploads", { ...source, bucket: source.uploads }, { ...target, bucket: target.uploads }, ROLE);
  for (const { scope, orders } of [source, target]) new LagAlarms(scope, "orders-lag", { database: orders });
  new JournalTable(target.scope, "journal", { name: "storefront-journal" });
  new Runner(target.scope, "runner", {
    name: "storefront-runner",
    network: target.network,
    image: "public.ecr.aws/example/relocate:0.1.0",
    databases: { orders: target.orders },
    otherCidr: source.network.cidr,
    otherDatabases: { orders: source.orders },
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
  });
}

/** Opens the stack for Terraform, with whatever state an earlier one has left. */
async function open(databaseName: string): Promise<Workspace> {
  const outdir = path.join(directory, `synthesized-${databaseName}`);
  const app = new App({ outdir });
  build(new TerraformStack(app, STACK), databaseName);
  app.synth();
  const stack = { name: STACK, directory: path.join(outdir, "stacks", STACK), dependencies: [] };
  const opened = await openWorkspace({
    synthesis: { stacks: [stack] },
    directory: path.join(directory, "workspace"),
    standIn,
  });
  await opened.init(STACK);
  return opened;
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "modules-"));
  standIn = await startStandIn();
  workspace = await open("orders");
  await workspace.validate(STACK);
  first = await workspace.plan(STACK);
  await workspace.apply(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

test("A1: all modules of two regions and every link are valid, apply in one go, and then show no changes", async () => {
  expect(new Set(first.changes.flatMap(({ actions }) => actions))).toEqual(new Set(["create"]));
  const second = await workspace.plan(STACK);
  expect(second.changes).toEqual([]);
  expect(second.empty).toBe(true);
});

test("what stands after the apply fits together across the regions", async () => {
  const { resources, outputs } = await workspace.state(STACK);
  const all = (type: string) => resources.filter((resource) => resource.type === type);

  // A secret in each region, with the same text.
  const [original, copy] = ["us-east-1", "eu-west-1"].map((region) => String(outputs[`password-${region}`]));
  expect(original).toMatch(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:storefront\/orders-/);
  expect(copy).toMatch(/^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:storefront\/orders-/);
  expect(standIn.cloud.secretText(original!)).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(standIn.cloud.secretText(copy!)).toBe(standIn.cloud.secretText(original!));

  // Each region's tasks are given their own region's ARN, region and database.
  const definitions = all("aws_ecs_task_definition").filter((one) => one.address.includes("_web_"));
  const given = definitions.map((definition) => {
    const [container] = JSON.parse(String(definition.values.container_definitions)) as [
      { environment: { name: string; value: string }[]; secrets: { name: string; valueFrom: string }[] },
    ];
    const variable = (name: string) => container.environment.find((one) => one.name === name)?.value;
    return [variable("AWS_REGION"), variable("ORDERS_HOST")?.split(".")[2], container.secrets[0]?.valueFrom];
  });
  expect(given).toEqual(
    expect.arrayContaining([
      ["us-east-1", "us-east-1", original],
      ["eu-west-1", "eu-west-1", copy],
    ]),
  );

  // Nothing of the password is left.
  expect(all("aws_secretsmanager_secret_version")[0]?.values.secret_string_wo).toBeNull();
  expect(JSON.stringify(resources)).not.toContain("random_password");

  // Subnets of one region do not overlap, and lie inside its network.
  const blocks = all("aws_subnet").map((subnet) => String(subnet.values.cidr_block));
  expect(new Set(blocks).size).toBe(8);
  expect(blocks.filter((block) => block.startsWith("10.10."))).toEqual(
    expect.arrayContaining(["10.10.0.0/20", "10.10.16.0/20", "10.10.240.0/24", "10.10.241.0/24"]),
  );
});

test("names and descriptions of security groups and their rules are such as EC2 takes", async () => {
  // Source: EC2 API reference, CreateSecurityGroup and IpRange: these characters, 255 at most.
  const taken = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  const { resources } = await workspace.state(STACK);
  const texts = resources
    .filter(({ type }) => /^aws_(vpc_)?security_group/.test(type))
    .flatMap(({ values }) => [values.name, values.description])
    .filter((text) => typeof text === "string");
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((text) => !taken.test(text))).toEqual([]);
});

test("fails to plan what would lose a database: Terraform refuses before anything is touched", async () => {
  const other = await open("renamed");
  await expect(other.plan(STACK)).rejects.toThrow(/Instance cannot be destroyed.*prevent_destroy/s);
});
