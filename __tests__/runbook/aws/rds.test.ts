import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSubnetGroupCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import {
  describeInstance,
  findInstance,
  promote,
  rdsIn,
  waitForInstance,
} from "../../../runbook/aws/rds-instance";
import { removeScratch, restoreScratch } from "../../../runbook/aws/rds-scratch";
import { copyForDrill, newestSnapshot, takeForDrill } from "../../../runbook/aws/rds-drill-snapshot";
import { ACCOUNT, emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const kind = "instance";
const waiting = { signal: new AbortController().signal, pauseMs: 1 };
let proxy: FaultProxy;
let source: RDSClient;
let target: RDSClient;

beforeAll(async () => {
  const endpoint = await emulator("moto");
  proxy = await openFaultProxy(endpoint);
  source = rdsIn({ name: "us-east-1", endpoint });
  target = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  await source.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "orders",
      Engine: "postgres",
      EngineVersion: "18.1",
      DBInstanceClass: "db.t4g.medium",
      AllocatedStorage: 20,
      MasterUsername: "operator",
      ManageMasterUserPassword: true,
      BackupRetentionPeriod: 7,
    }),
  );
  await target.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: "orders",
      SourceDBInstanceIdentifier: `arn:aws:rds:us-east-1:${ACCOUNT}:db:orders`,
    }),
  );
}, EMULATOR_TIMEOUT);
beforeEach(() => void proxy.count());
afterAll(async () => {
  source.destroy();
  target.destroy();
  await proxy.close();
});

test("an instance is described in its own region, with the secret RDS keeps", async () => {
  const found = await describeInstance(source, "orders");
  expect(found).toMatchObject({
    status: "available",
    engineVersion: "18.1",
    storageGib: 20,
    backupRetentionDays: 7,
    replicas: [`arn:aws:rds:eu-west-1:${ACCOUNT}:db:orders`],
  });
  expect(found.endpoint?.host).toContain("us-east-1");
});

test("a replica is asked to become a primary, and waited for as long as the signal allows", async () => {
  const enough = new AbortController();
  // The emulator accepts it and keeps the link to the source for ever.
  const waitingInVain = { signal: enough.signal, pauseMs: 1, onChange: () => enough.abort() };
  await expect(promote(target, "orders", waitingInVain)).rejects.toThrow(
    `eu-west-1: database orders: still a replica of arn:aws:rds:us-east-1:${ACCOUNT}:db:orders, expected a primary`,
  );
  expect(await describeInstance(target, "orders")).toMatchObject({ backupRetentionDays: 14 });
});

test("B8: a copy in the other region is restored into a scratch instance, which alone can be removed", async () => {
  await takeForDrill(source, kind, { database: "orders", snapshot: "orders-last" }, waiting);
  const { arn } = (await newestSnapshot(source, kind, "orders"))!;
  expect(arn).toBe(`arn:aws:rds:us-east-1:${ACCOUNT}:snapshot:orders-last`);
  const wanted = { sourceArn: arn, snapshot: "orders-proof" };
  // The first request asks whether it stands, the second makes it.
  proxy.next("none", "answer lost");
  const far = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  const copy = await copyForDrill(far, kind, wanted, waiting);
  expect(copy.arn).toBe(`arn:aws:rds:eu-west-1:${ACCOUNT}:snapshot:orders-proof`);
  expect(await copyForDrill(far, kind, wanted, waiting)).toEqual(copy);
  far.destroy();

  await target.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: "private",
      DBSubnetGroupDescription: "private",
      SubnetIds: await subnets(),
    }),
  );
  const request = {
    snapshot: "orders-proof",
    identifier: "orders-scratch",
    subnetGroup: "private",
    securityGroupIds: ["sg-0123456789abcdef0"],
  };
  const scratch = await restoreScratch(target, request, waiting);
  expect(scratch).toMatchObject({ deletionProtection: false, multiAz: false, subnetGroup: "private" });
  expect(await restoreScratch(target, request, waiting)).toEqual(scratch);

  await removeScratch(target, "orders-scratch", waiting);
  await removeScratch(target, "orders-scratch", waiting);
  expect(await findInstance(target, "orders-scratch")).toBeUndefined();
});

test("fails to restore into, or to remove, an instance that is not scratch", async () => {
  const request = {
    snapshot: "orders-proof",
    identifier: "orders",
    subnetGroup: "private",
    securityGroupIds: [],
  };
  await expect(restoreScratch(target, request, waiting)).rejects.toThrow("not scratch");
  await expect(removeScratch(target, "orders", waiting)).rejects.toThrow(
    "eu-west-1: database orders: not scratch (it lacks the tag relocate:scratch), left alone; choose another identifier",
  );
  expect(await findInstance(target, "orders")).toBeDefined();
});

test("fails to describe an instance that is not there, naming region and fix", async () => {
  expect(await findInstance(target, "missing")).toBeUndefined();
  await expect(waitForInstance(target, "missing", waiting)).rejects.toThrow(
    "eu-west-1: database missing: no such instance, expected one; deploy the standby stack",
  );
});

/** Two subnets of the emulator's own default network, asked of it without a client that nothing else needs. */
async function subnets(): Promise<string[]> {
  const answer = await fetch(proxy.endpoint, {
    method: "POST",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/ec2/aws4_request" },
    body: new URLSearchParams({ Action: "DescribeSubnets", Version: "2016-11-15" }),
  });
  return [...(await answer.text()).matchAll(/<subnetId>(.+?)</g)].map(([, id]) => id!).slice(0, 2);
}
