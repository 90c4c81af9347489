import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Clients } from "../../runbook/aws/clients";
import { otherSide, SIDES } from "../../runbook/side";
import { REGIONS } from "./cloud-parts";

/** Has a bucket replicated into its twin, as the replication stack does. */
export async function linkBucket(s3: S3Client, from: string, to: string): Promise<void> {
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: from,
      ReplicationConfiguration: {
        Role: "arn:aws:iam::123456789012:role/replication",
        Rules: [
          {
            ID: `to-${to}`,
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
}

/** A bucket and its twin, linked both ways, with two objects. */
export async function makeBuckets(clients: Clients, workload: string) {
  const names = { source: `${workload}-uploads-source`, target: `${workload}-uploads-target` };
  for (const side of SIDES) {
    const s3 = clients.in("s3", REGIONS[side]);
    await s3.send(new CreateBucketCommand({ Bucket: names[side] }));
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: names[side],
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
  }
  for (const side of SIDES)
    await linkBucket(clients.in("s3", REGIONS[side]), names[side], names[otherSide(side)]);
  for (const [side, Key] of [
    ["source", "avatars/1.png"],
    ["target", "avatars/2.png"],
  ] as const)
    await clients.in("s3", REGIONS[side]).send(new PutObjectCommand({ Bucket: names[side], Key, Body: "x" }));
  return names;
}
