import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { IDatabase } from "../regional/database";

export interface LagAlarmsProps {
  readonly database: IDatabase;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: string[];
}

interface Threshold {
  readonly metric: string;
  readonly bytes: number;
  readonly statistic: "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  /** Minutes in a row. */
  readonly minutes: number;
  readonly meaning: string;
}

const GIB = 1024 ** 3;

/** Metrics of RDS for PostgreSQL. Source: RDS user guide, "Amazon CloudWatch instance-level metrics for Amazon RDS". */
const THRESHOLDS: { readonly [id: string]: Threshold } = {
  "slot-lag": {
    metric: "OldestReplicationSlotLag",
    bytes: GIB / 4,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    minutes: 5,
    meaning: "The other region lags behind; a cutover now would have to wait for it.",
  },
  "slot-disk": {
    metric: "ReplicationSlotDiskUsage",
    bytes: 5 * GIB,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    minutes: 5,
    meaning: "A replication slot keeps old WAL: its subscription is stopped or broken.",
  },
  "log-disk": {
    metric: "TransactionLogsDiskUsage",
    bytes: 10 * GIB,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    minutes: 5,
    meaning: "WAL piles up, and would fill the storage in the end.",
  },
  storage: {
    metric: "FreeStorageSpace",
    bytes: 5 * GIB,
    statistic: "Minimum",
    comparison: "LessThanThreshold",
    minutes: 5,
    meaning: "Storage is nearly full; a full instance takes no writes at all.",
  },
};

/**
 * Alarms on one side's database for what logical replication can do to it: lag, and WAL that is kept for a subscriber
 * that does not come.
 *
 * Cost: four alarms a database.
 */
export class LagAlarms extends Construct {
  constructor(scope: Construct, id: string, props: LagAlarmsProps) {
    super(scope, id);
    for (const [name, threshold] of Object.entries(THRESHOLDS)) {
      new CloudwatchMetricAlarm(this, name, {
        alarmName: `${props.database.identifier}-${name}`,
        alarmDescription: threshold.meaning,
        namespace: "AWS/RDS",
        metricName: threshold.metric,
        dimensions: { DBInstanceIdentifier: props.database.identifier },
        statistic: threshold.statistic,
        comparisonOperator: threshold.comparison,
        threshold: threshold.bytes,
        period: 60,
        evaluationPeriods: threshold.minutes,
        // The slot metrics are absent as long as there is no slot.
        treatMissingData: "notBreaching",
        alarmActions: props.notify,
        okActions: props.notify,
      });
    }
  }
}
