import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { BatchReplicationRole } from "../../lib/global/batch-role";
import { FlowLogRole } from "../../lib/global/flow-log-role";
import { ReplicationRole } from "../../lib/global/replication-role";
import { batchReplicationJob } from "../../lib/link/bucket-batch";
import { linkBuckets } from "../../lib/link/bucket-link";
import { bucketLinkAlarms } from "../../lib/link/bucket-link-alarms";
import { GlobalDatastore } from "../../lib/link/global-datastore";
import { peerNetworks } from "../../lib/link/network-peering";
import { linkRegistries } from "../../lib/link/registry-link";
import { Bucket } from "../../lib/regional/bucket";
import { Key } from "../../lib/regional/key";
import { KeyReplica } from "../../lib/regional/key-replica";
import { Secret } from "../../lib/regional/secret";
import { GlobalScope } from "../../lib/scope/global-scope";
import { RegionScope } from "../../lib/scope/region-scope";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import type { StackPlan, StackState, Workspace } from "../../offline/workspace";
import { SOURCE, TARGET } from "./linked";
import { ACCOUNT, cache, open, region, STACK } from "./stores";

let directory: string;
let standIn: StandIn;
let workspace: Workspace;
let first: StackPlan;
let state: StackState;

/** Both regions with every link. */
function whole(stack: TerraformStack): void {
  const global = new GlobalScope(stack, "global");
  const flowLogs = new FlowLogRole(global, "flow-log-role", {
    name: "storefront-flow-logs",
    account: ACCOUNT,
    network: "storefront",
    regions: [SOURCE.region, TARGET.region],
  });
  const [source, target] = [SOURCE, TARGET].map((side) => {
    const scope = new RegionScope(stack, side.region, { region: side.region });
    return {
      ...region(scope, side.cidr, flowLogs.roleArn),
      bucket: new Bucket(scope, "uploads", { name: "storefront-uploads", cacheSnapshots: true }),
    };
  }) as [ReturnType<typeof region> & { bucket: Bucket }, ReturnType<typeof region> & { bucket: Bucket }];
  peerNetworks(source, target);

  const bucketArns = [source, target].map(({ bucket }) => bucket.arn);
  const common = { account: ACCOUNT, bucketArns };
  const role = new ReplicationRole(global, "bucket-replication", { ...common, name: "storefront-buckets" });
  const batch = new BatchReplicationRole(global, "batch", { ...common, name: "storefront-batch" });
  linkBuckets("uploads", source, target, role.roleArn);
  bucketLinkAlarms("uploads-alarms", { name: "storefront-uploads", from: source, to: target });
  linkRegistries("storefront/", source, target);

  const primary = cache(source.scope, source.network);
  const { globalDatastoreId } = new GlobalDatastore(source.scope, "sessions-global", {
    name: "storefront-sessions",
    primary,
  });
  const secondary = cache(target.scope, target.network, { globalDatastoreId });

  const secret = new Secret(source.scope, "signing", {
    name: "storefront/signing",
    replicaRegion: target.region,
  });
  const key = new Key(source.scope, "cards", { name: "storefront-cards", description: "Card numbers" });
  const replica = new KeyReplica(target.scope, "cards", { name: "storefront-cards", primary: key });
  const outputs = {
    keys: [key.arn, replica.arn],
    secrets: [secret.arnIn(source.region), secret.arnIn(target.region)],
    egress: source.network.egressAddresses,
    dkim: source.mail.dkimTokens,
    hosts: [primary.host, secondary.host],
    job: batchReplicationJob({
      account: ACCOUNT,
      bucket: source.bucket,
      toRegion: target.region,
      roleArn: batch.roleArn,
    }),
  };
  for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value });
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "stores-"));
  standIn = await startStandIn();
  workspace = await open(standIn, directory, whole);
  first = await workspace.plan(STACK);
  await workspace.apply(STACK);
  state = await workspace.state(STACK);
});

afterAll(() => {
  standIn.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

test("A1: network, caches, stores and mail of two regions apply in one go with every link, and then show no changes", async () => {
  expect(new Set(first.changes.flatMap(({ actions }) => actions))).toEqual(new Set(["create"]));
  const again = await workspace.plan(STACK);
  expect(again.changes).toEqual([]);
  expect(again.empty).toBe(true);
});

test("what stands after the apply fits together across the regions", () => {
  const list = (name: string) => state.outputs[name] as string[];
  const [key, keyReplica] = list("keys").map((arn) => arn.split(":"));
  expect([key?.[3], keyReplica?.[3]]).toEqual([SOURCE.region, TARGET.region]);
  expect(keyReplica?.[5]).toBe(key?.[5]);

  const [secret, secretReplica] = list("secrets");
  expect(secret).toMatch(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:storefront\/signing-/);
  expect(secretReplica).toBe(secret?.replace(SOURCE.region, TARGET.region));

  const addresses = state.resources
    .filter((one) => one.type === "aws_eip")
    .map(({ values }) => values.public_ip);
  expect(list("egress")).toHaveLength(2);
  expect(addresses).toEqual(expect.arrayContaining(list("egress")));

  expect(list("dkim")).toHaveLength(3);
  expect(list("hosts").map((host) => host.split(".").at(-4))).toEqual([SOURCE.region, TARGET.region]);
});

test("B7: the job for objects older than the link says everything that S3 asks for, and names a role that may do it", () => {
  const job = state.outputs.job as ReturnType<typeof batchReplicationJob>;
  const { SourceBucket, Filter } = job.ManifestGenerator.S3JobManifestGenerator;
  const bucket = state.resources.find(
    (one) => one.type === "aws_s3_bucket" && one.values.arn === SourceBucket,
  );
  expect(bucket?.values.region).toBe(SOURCE.region);
  expect(Filter).toEqual({ EligibleForReplication: true, ObjectReplicationStatuses: ["NONE", "FAILED"] });
  expect(job.RoleArn).toBe(`arn:aws:iam::${ACCOUNT}:role/storefront-batch`);
});

test("no password of a cache is left in state: the template holds a reference to one version of the secret", () => {
  const [stack] = state.resources.filter((one) => one.type === "aws_cloudformation_stack");
  expect(stack?.values.template_body).toMatch(
    /\{\{resolve:secretsmanager:arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^}]+:SecretString:::[^:}]+}}/,
  );
  const versions = state.resources.filter((one) => one.type === "aws_secretsmanager_secret_version");
  expect(versions.map(({ values }) => [values.secret_string, values.secret_string_wo])).toEqual(
    versions.map(() => [null, null]),
  );
});

test("names and descriptions of security groups and their rules are such as EC2 takes", () => {
  // Source: EC2 API reference, CreateSecurityGroup and IpRange: these characters, 255 at most.
  const taken = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  const texts = state.resources
    .filter(({ type }) => /^aws_(vpc_)?security_group/.test(type))
    .flatMap(({ values }) => [values.name, values.description])
    .filter((text) => typeof text === "string");
  expect(texts.length).toBeGreaterThan(6);
  expect(texts.filter((text) => !taken.test(text))).toEqual([]);
});

test("a promotion by API alone shows no drift", async () => {
  const datastore = state.resources.find(({ type }) => type === "aws_elasticache_global_replication_group");
  const promote = (primary: string) =>
    standIn.cloud.update("aws_elasticache_global_replication_group", String(datastore!.values.id), {
      primary_replication_group_id: primary,
    });
  promote("storefront-sessions-of-the-other-region");
  const promoted = await workspace.plan(STACK);
  promote("storefront-sessions");
  expect(promoted.changes).toEqual([]);
});
