import { CreateDBClusterCommand, CreateGlobalClusterCommand, type RDSClient } from "@aws-sdk/client-rds";
import { describeGlobalCluster, switchover } from "../../../runbook/aws/global-cluster";
import { rdsIn } from "../../../runbook/aws/rds-instance";
import { ACCOUNT, emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const arnIn = (region: string) => `arn:aws:rds:${region}:${ACCOUNT}:cluster:billing`;
const waiting = { signal: new AbortController().signal, pauseMs: 1 };
const globalCluster = "billing-global";

describe("Aurora global database", () => {
  let proxy: FaultProxy;
  let source: RDSClient;

  beforeAll(async () => {
    proxy = await openFaultProxy(await emulator("ministack"));
    source = rdsIn({ name: "us-east-1", endpoint: proxy.endpoint });
    const target = rdsIn({ name: "eu-west-1", endpoint: proxy.endpoint });
    const cluster = { DBClusterIdentifier: "billing", Engine: "aurora-postgresql" };
    await source.send(
      new CreateDBClusterCommand({
        ...cluster,
        MasterUsername: "operator",
        MasterUserPassword: "emulated-only",
      }),
    );
    await source.send(
      new CreateGlobalClusterCommand({
        GlobalClusterIdentifier: globalCluster,
        SourceDBClusterIdentifier: arnIn("us-east-1"),
      }),
    );
    await target.send(new CreateDBClusterCommand({ ...cluster, GlobalClusterIdentifier: globalCluster }));
    target.destroy();
  }, EMULATOR_TIMEOUT);
  afterAll(async () => {
    source.destroy();
    await proxy.close();
  });

  test("is switched over to the other region and back, each as often as you like", async () => {
    expect(await describeGlobalCluster(source, globalCluster)).toMatchObject({
      status: "available",
      writerArn: arnIn("us-east-1"),
      secondaries: [{ arn: arnIn("eu-west-1") }],
    });
    for (const region of ["eu-west-1", "eu-west-1", "us-east-1"]) {
      const after = await switchover(source, { globalCluster, targetArn: arnIn(region) }, waiting);
      expect(after.writerArn).toBe(arnIn(region));
    }
  });

  test("an answer that is lost does not fail the switchover", async () => {
    proxy.next("none", "answer lost");
    const after = await switchover(source, { globalCluster, targetArn: arnIn("eu-west-1") }, waiting);
    expect(after.writerArn).toBe(arnIn("eu-west-1"));
  });

  test("fails for a cluster that is no member, naming those that are", async () => {
    const request = { globalCluster, targetArn: arnIn("eu-north-1") };
    await expect(switchover(source, request, waiting)).rejects.toThrow(
      /billing-global: arn:.*eu-north-1.* is no secondary \(found arn:.*\), expected it to be one; deploy the replication/,
    );
  });

  test("fails for a global database that is not there", async () => {
    await expect(describeGlobalCluster(source, "missing")).rejects.toThrow(
      "us-east-1: global database missing: no such global database, expected one; deploy the replication stack",
    );
  });
});
