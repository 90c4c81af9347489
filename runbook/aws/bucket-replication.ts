import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { GetBucketReplicationCommand, type ReplicationRule as SdkRule, S3Client } from "@aws-sdk/client-s3";
import { unlessFault } from "./fault";
import { type Metric, readMetrics } from "./metric";
import { type AwsRegion, connect } from "./region";

/** A client of S3 in one region. */
export const s3In = (region: AwsRegion): S3Client =>
  // The bucket's name as part of the host is for AWS's own endpoints only.
  connect(S3Client, region, { forcePathStyle: region.endpoint !== undefined });

/** A rule by which a bucket is replicated. */
export interface ReplicationRule {
  readonly id: string;
  readonly enabled: boolean;
  /** Name of the bucket that objects go to. */
  readonly destination: string;
  /** Deletions go there too. */
  readonly deletions: boolean;
}

/**
 * The rules by which a bucket is replicated; none when it is not.
 *
 * Needs `s3:GetReplicationConfiguration` on the bucket.
 */
export async function replicationRules(s3: S3Client, bucket: string): Promise<readonly ReplicationRule[]> {
  const request = s3.send(new GetBucketReplicationCommand({ Bucket: bucket }));
  const found = await unlessFault(request, "ReplicationConfigurationNotFoundError");
  return (found?.ReplicationConfiguration?.Rules ?? []).map(ruleOf);
}

/** How far a bucket's replication is behind, as S3 reported it last. */
export interface ReplicationLag {
  /** @default - nothing reported, as while nothing is written */
  readonly latencySeconds?: number;
  /** @default - nothing reported */
  readonly pendingObjects?: number;
  /** @default - nothing reported */
  readonly pendingBytes?: number;
  /** Within the time asked for, in the last period reported. @default - nothing reported */
  readonly failedObjects?: number;
}

export interface ReplicationLink {
  readonly from: string;
  readonly to: string;
  readonly ruleId: string;
}

/**
 * How far replication from one bucket to another is behind. S3 reports what is late in the region objects go to, and what
 * has failed in the one they come from, a few minutes late and only while there is traffic (S3 user guide, "Using S3
 * Replication metrics").
 *
 * Needs `cloudwatch:GetMetricData` in both regions.
 */
export async function replicationLag(
  { from, to }: { readonly from: CloudWatchClient; readonly to: CloudWatchClient },
  link: ReplicationLink,
  withinMinutes: number,
): Promise<ReplicationLag> {
  const metric = (name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/S3",
    name,
    statistic,
    dimensions: { SourceBucket: link.from, DestinationBucket: link.to, RuleId: link.ruleId },
  });
  const [[latency, objects, bytes], [failed]] = await Promise.all([
    readMetrics(
      to,
      [
        metric("ReplicationLatency", "Maximum"),
        metric("OperationsPendingReplication", "Maximum"),
        metric("BytesPendingReplication", "Maximum"),
      ],
      withinMinutes,
    ),
    readMetrics(from, [metric("OperationsFailedReplication", "Sum")], withinMinutes),
  ]);
  return {
    latencySeconds: latency?.value,
    pendingObjects: objects?.value,
    pendingBytes: bytes?.value,
    failedObjects: failed?.value,
  };
}

const ruleOf = (rule: SdkRule): ReplicationRule => ({
  id: rule.ID ?? "",
  enabled: rule.Status === "Enabled",
  destination: (rule.Destination?.Bucket ?? "").replace(/^arn:[^:]+:s3:::/, ""),
  deletions: rule.DeleteMarkerReplication?.Status === "Enabled",
});
