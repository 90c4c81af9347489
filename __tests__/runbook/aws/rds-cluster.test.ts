import { CreateDBClusterCommand, CreateDBClusterSnapshotCommand, type RDSClient } from "@aws-sdk/client-rds";
import { describeCluster, findCluster, waitForCluster } from "../../../runbook/aws/rds-cluster";
import { rdsIn } from "../../../runbook/aws/rds-instance";
import { removeScratchCluster, restoreScratchCluster } from "../../../runbook/aws/rds-scratch-cluster";
import { copyForDrill, newestSnapshot, removeDrillSnapshot } from "../../../runbook/aws/rds-drill-snapshot";
import { ACCOUNT, emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const kind = "cluster";
const engine = "aurora-postgresql";
const waiting = { signal: new AbortController().signal, pauseMs: 1 };
let proxy: FaultProxy;
let source: RDSClient;
let target: RDSClient;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("moto"));
  source = rdsIn({ name: "us-east-1", endpoint: proxy.endpoint });
  target = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  await source.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: "ledger",
      Engine: engine,
      MasterUsername: "operator",
      MasterUserPassword: "emulated-only",
      BackupRetentionPeriod: 7,
    }),
  );
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  source.destroy();
  target.destroy();
  await proxy.close();
});

test("a cluster is described in its own region", async () => {
  expect(await waitForCluster(source, "ledger", waiting)).toMatchObject({
    arn: `arn:aws:rds:us-east-1:${ACCOUNT}:cluster:ledger`,
    status: "available",
    engine,
    backupRetentionDays: 7,
    instances: [],
  });
  expect(await findCluster(target, "ledger")).toBeUndefined();
});

test("fails to describe a cluster that is not there, naming region and fix", async () => {
  await expect(describeCluster(target, "ledger")).rejects.toThrow(
    "eu-west-1: cluster ledger: no such cluster, expected one; deploy the standby stack, or correct the manifest",
  );
});

test("B8: a copy in the other region is restored into a scratch cluster, which alone can be removed", async () => {
  await source.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: "ledger",
      DBClusterSnapshotIdentifier: "ledger-last",
    }),
  );
  const { arn } = (await newestSnapshot(source, kind, "ledger"))!;
  proxy.next("none", "answer lost");
  const copy = await copyForDrill(target, kind, { sourceArn: arn, snapshot: "ledger-proof" }, waiting);
  expect(copy).toMatchObject({
    arn: `arn:aws:rds:eu-west-1:${ACCOUNT}:cluster-snapshot:ledger-proof`,
    database: "ledger",
    status: "available",
  });

  const scratch = {
    snapshot: "ledger-proof",
    identifier: "ledger-scratch",
    engine,
    instanceClass: "db.t4g.medium",
    subnetGroup: "",
    securityGroupIds: ["sg-0123456789abcdef0"],
  };
  const restored = await restoreScratchCluster(target, scratch, waiting);
  expect(restored).toMatchObject({
    status: "available",
    deletionProtection: false,
    instances: [{ identifier: "ledger-scratch-1" }],
  });
  expect(restored.operatorSecretArn).toContain("eu-west-1");
  expect(await restoreScratchCluster(target, scratch, waiting)).toEqual(restored);

  await removeScratchCluster(target, "ledger-scratch", waiting);
  await removeScratchCluster(target, "ledger-scratch", waiting);
  expect(await findCluster(target, "ledger-scratch")).toBeUndefined();
  await removeDrillSnapshot(target, kind, "ledger-proof");
  await removeDrillSnapshot(target, kind, "ledger-proof");
  await expect(removeDrillSnapshot(source, kind, "ledger-last")).rejects.toThrow("not scratch");
});

test("fails to remove a cluster that is not scratch", async () => {
  await expect(removeScratchCluster(source, "ledger", waiting)).rejects.toThrow(
    "us-east-1: cluster ledger: not scratch (it lacks the tag relocate:scratch), left alone; choose another identifier",
  );
  expect(await findCluster(source, "ledger")).toBeDefined();
});
