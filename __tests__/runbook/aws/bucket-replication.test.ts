import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { replicationLag, replicationRules, s3In } from "../../../runbook/aws/bucket-replication";
import { cloudWatchIn } from "../../../runbook/aws/metric";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const from = "replication-test-us-east-1";
const to = "replication-test-eu-west-1";
let near: S3Client;
let far: S3Client;
let watchNear: CloudWatchClient;
let watchFar: CloudWatchClient;

beforeAll(async () => {
  const endpoint = await emulator("ministack");
  near = s3In({ name: "us-east-1", endpoint });
  far = s3In({ name: "eu-west-1", endpoint });
  watchNear = cloudWatchIn({ name: "us-east-1", endpoint });
  watchFar = cloudWatchIn({ name: "eu-west-1", endpoint });
  for (const [s3, Bucket] of [
    [near, from],
    [far, to],
  ] as const) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  await near.send(
    new PutBucketReplicationCommand({
      Bucket: from,
      ReplicationConfiguration: {
        Role: "arn:aws:iam::123456789012:role/replication",
        Rules: [
          {
            ID: "to-eu-west-1",
            Status: "Enabled",
            Priority: 1,
            Filter: { Prefix: "" },
            DeleteMarkerReplication: { Status: "Enabled" },
            Destination: { Bucket: `arn:aws:s3:::${to}` },
          },
        ],
      },
    }),
  );
}, EMULATOR_TIMEOUT);
afterAll(() => [near, far, watchNear, watchFar].forEach((client) => client.destroy()));

test("B7: a bucket's rules are read, and none where there is none", async () => {
  expect(await replicationRules(near, from)).toEqual([
    { id: "to-eu-west-1", enabled: true, destination: to, deletions: true },
  ]);
  expect(await replicationRules(far, to)).toEqual([]);
});

test("B7: what is late is asked for where objects go, what has failed where they come from", async () => {
  const dimensions = { SourceBucket: from, DestinationBucket: to, RuleId: "to-eu-west-1" };
  const report = (watch: CloudWatchClient, MetricName: string, Value: number, minutesAgo = 1) =>
    watch.send(
      new PutMetricDataCommand({
        Namespace: "AWS/S3",
        MetricData: [
          {
            MetricName,
            Value,
            Timestamp: new Date(Date.now() - minutesAgo * 60_000),
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
        ],
      }),
    );
  await report(watchFar, "ReplicationLatency", 900, 8);
  await report(watchFar, "ReplicationLatency", 3);
  await report(watchFar, "OperationsPendingReplication", 12);
  await report(watchNear, "OperationsFailedReplication", 2);
  const link = { from, to, ruleId: "to-eu-west-1" };
  expect(await replicationLag({ from: watchNear, to: watchFar }, link, 15)).toEqual({
    latencySeconds: 3,
    pendingObjects: 12,
    pendingBytes: undefined,
    failedObjects: 2,
  });
});
