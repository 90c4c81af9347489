import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { replicationRuleId, type BucketEnd } from "./bucket-link";

/** One direction of a bucket's link. */
export interface BucketLinkAlarmsProps {
  /** Begin of the alarms' names; the direction is appended. */
  readonly name: string;
  readonly from: BucketEnd;
  readonly to: BucketEnd;
  /** Seconds that a replica may lag behind. @default - 900 */
  readonly lagSeconds?: number;
  /** ARNs of SNS topics in the region of `from`. @default - none: the alarm shows in CloudWatch only */
  readonly notifyFrom?: readonly string[];
  /** ARNs of SNS topics in the region of `to`. @default - none */
  readonly notifyTo?: readonly string[];
}

/**
 * Alarms for objects that are late, and for objects that are not replicated at all: the latter stay where they are until
 * a batch replication job takes them.
 *
 * S3 reports the lag in the region an object goes to and the failures in the one it comes from, so each alarm stands
 * where its metric is. Source: S3 user guide, "Using S3 Replication metrics".
 *
 * Cost: two alarms a direction.
 */
export function bucketLinkAlarms(id: string, props: BucketLinkAlarmsProps): void {
  const { from, to } = props;
  const common = {
    namespace: "AWS/S3",
    dimensions: {
      SourceBucket: from.bucket.bucketName,
      DestinationBucket: to.bucket.bucketName,
      RuleId: replicationRuleId(to.region),
    },
    comparisonOperator: "GreaterThanThreshold",
    period: 300,
    // Delivered on a best-effort basis, and not at all while nothing is written.
    treatMissingData: "notBreaching",
  };
  new CloudwatchMetricAlarm(new Construct(to.scope, `${id}-from-${from.region}`), "lag", {
    ...common,
    alarmName: `${props.name}-from-${from.region}-lag`,
    alarmDescription: `Objects of ${from.region} are late: a cutover now would have to wait for them.`,
    metricName: "ReplicationLatency",
    statistic: "Maximum",
    threshold: props.lagSeconds ?? 900,
    evaluationPeriods: 3,
    alarmActions: props.notifyTo && [...props.notifyTo],
    okActions: props.notifyTo && [...props.notifyTo],
  });
  new CloudwatchMetricAlarm(new Construct(from.scope, `${id}-to-${to.region}`), "failed", {
    ...common,
    alarmName: `${props.name}-to-${to.region}-failed`,
    alarmDescription: `Objects could not be replicated to ${to.region}: run a batch replication job.`,
    metricName: "OperationsFailedReplication",
    statistic: "Sum",
    threshold: 0,
    evaluationPeriods: 1,
    alarmActions: props.notifyFrom && [...props.notifyFrom],
    okActions: props.notifyFrom && [...props.notifyFrom],
  });
}
