import {
  CopyDBSnapshotCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeGlobalClustersCommand,
  type GlobalCluster,
  InvalidDBInstanceStateFault,
  InvalidGlobalClusterStateFault,
  PromoteReadReplicaCommand,
  RDSClient,
  SwitchoverGlobalClusterCommand,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { switchover } from "../../../runbook/aws/global-cluster";
import { promote, rdsIn } from "../../../runbook/aws/rds-instance";
import { copyForDrill } from "../../../runbook/aws/rds-drill-snapshot";

const rds = rdsIn({ name: "eu-west-1" });
const aws = mockClient(RDSClient);
const states: string[] = [];
const waiting = {
  signal: new AbortController().signal,
  pauseMs: 1,
  onChange: (state: string) => void states.push(state),
};
const SOURCE = "arn:aws:rds:us-east-1:123456789012:db:orders";
const primary = (DBInstanceStatus: string): DBInstance => ({
  DBInstanceIdentifier: "orders",
  DBInstanceStatus,
  BackupRetentionPeriod: 7,
});
const replica = (status: string): DBInstance => ({
  ...primary(status),
  ReadReplicaSourceDBInstanceIdentifier: SOURCE,
});

beforeEach(() => {
  aws.reset();
  aws.on(PromoteReadReplicaCommand).resolves({});
  states.length = 0;
});

/** What RDS says at each look; the last one for good. */
function rdsSays(...instances: DBInstance[]): void {
  const describe = aws.on(DescribeDBInstancesCommand);
  for (const instance of instances.slice(0, -1)) describe.resolvesOnce({ DBInstances: [instance] });
  describe.resolves({ DBInstances: [instances.at(-1)!] });
}

const refused = () => new InvalidDBInstanceStateFault({ $metadata: {}, message: "backing up" });

describe("promotion", () => {
  test("waits for a backup to end, asks once, for backups as the stacks keep them, and waits for the reboot", async () => {
    rdsSays(
      replica("backing-up"),
      replica("available"),
      replica("available"),
      replica("modifying"),
      primary("rebooting"),
      primary("available"),
    );
    expect(await promote(rds, "orders", waiting)).toMatchObject({
      status: "available",
      replicates: undefined,
    });
    expect(aws.commandCalls(PromoteReadReplicaCommand).map(({ args }) => args[0].input)).toEqual([
      { DBInstanceIdentifier: "orders", BackupRetentionPeriod: 14 },
    ]);
    expect(states).toEqual(["backing-up", `a replica of ${SOURCE}`, "modifying", "rebooting"]);
  });

  test("of a replica that is a primary by now is done", async () => {
    rdsSays(primary("available"));
    await promote(rds, "orders", waiting);
    expect(aws.commandCalls(PromoteReadReplicaCommand)).toHaveLength(0);
  });

  test("that a crash has cut off is waited for, not asked for again", async () => {
    rdsSays(replica("modifying"), primary("available"));
    await promote(rds, "orders", waiting);
    expect(aws.commandCalls(PromoteReadReplicaCommand)).toHaveLength(0);
  });

  test("is asked for again when a backup has begun in the same moment", async () => {
    rdsSays(replica("available"), replica("available"), primary("available"));
    aws.on(PromoteReadReplicaCommand).rejectsOnce(refused()).resolves({});
    await promote(rds, "orders", waiting);
    expect(aws.commandCalls(PromoteReadReplicaCommand)).toHaveLength(2);
  });

  test("keeps backups longer where the replica does", async () => {
    rdsSays({ ...replica("available"), BackupRetentionPeriod: 30 }, primary("available"));
    await promote(rds, "orders", waiting);
    expect(aws.commandCalls(PromoteReadReplicaCommand)[0]!.args[0].input.BackupRetentionPeriod).toBe(30);
  });
});

describe("snapshot", () => {
  const request = { sourceArn: "arn:aws:rds:us-east-1:123456789012:snapshot:last", snapshot: "orders-drill" };
  const snapshot = (Status: string, PercentProgress: number) => ({
    DBSnapshots: [
      { DBSnapshotIdentifier: "orders-drill", DBInstanceIdentifier: "orders", Status, PercentProgress },
    ],
  });

  test("is copied once and waited for, with its progress told", async () => {
    aws
      .on(DescribeDBSnapshotsCommand)
      .resolvesOnce({ DBSnapshots: [] })
      .resolvesOnce({ DBSnapshots: [] })
      .resolvesOnce(snapshot("creating", 0))
      .resolvesOnce(snapshot("creating", 60))
      .resolves(snapshot("available", 100));
    await copyForDrill(rds, "instance", request, waiting);
    expect(aws.commandCalls(CopyDBSnapshotCommand)).toHaveLength(1);
    expect(states).toEqual(["not listed", "creating, 0 %", "creating, 60 %"]);
  });

  test("fails when RDS has failed", async () => {
    aws.on(DescribeDBSnapshotsCommand).resolves(snapshot("failed", 0));
    await expect(copyForDrill(rds, "instance", request, waiting)).rejects.toThrow(
      "eu-west-1: snapshot orders-drill: failed, expected available; give the same command again",
    );
  });
});

describe("Aurora global database", () => {
  const arnIn = (region: string) => `arn:aws:rds:${region}:123456789012:cluster:billing`;
  const cluster = (writer: string, other: string, status?: "pending") => {
    const found: GlobalCluster = {
      Status: "available",
      FailoverState: status && { Status: status },
      GlobalClusterMembers: [
        { DBClusterArn: arnIn(writer), IsWriter: true },
        { DBClusterArn: arnIn(other), IsWriter: false, SynchronizationStatus: "connected" },
      ],
    };
    return { GlobalClusters: [found] };
  };

  test("a switchover that is refused for the moment is asked for again, one under way is waited for", async () => {
    aws
      .on(DescribeGlobalClustersCommand)
      .resolvesOnce(cluster("us-east-1", "eu-west-1"))
      .resolvesOnce(cluster("us-east-1", "eu-west-1", "pending"))
      .resolvesOnce(cluster("us-east-1", "eu-west-1"))
      .resolvesOnce(cluster("us-east-1", "eu-west-1", "pending"))
      .resolves(cluster("eu-west-1", "us-east-1"));
    aws
      .on(SwitchoverGlobalClusterCommand)
      .rejectsOnce(new InvalidGlobalClusterStateFault({ $metadata: {}, message: "busy" }))
      .resolves({});
    await switchover(rds, { globalCluster: "billing-global", targetArn: arnIn("eu-west-1") }, waiting);
    const idle = `available, writer ${arnIn("us-east-1")}`;
    const busy = `pending, writer ${arnIn("us-east-1")}`;
    expect(states).toEqual([idle, busy, idle, busy]);
    expect(aws.commandCalls(SwitchoverGlobalClusterCommand)).toHaveLength(2);
  });
});
