import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { ICache } from "./cache";

/** Which cache is watched, and who hears of it. */
export interface CacheAlarmsProps {
  readonly cache: ICache;
  /** Nodes of the cache: the primary and its replicas. @default - 2 */
  readonly nodes?: number;
  /** ARNs of SNS topics of the same region that are told. @default - none: the alarms show in CloudWatch only */
  readonly notify?: readonly string[];
}

/** Source: ElastiCache user guide, "Metrics for Valkey and Redis OSS" and "Which metrics should I monitor?". */
const THRESHOLDS = [
  {
    id: "memory",
    metric: "DatabaseMemoryUsagePercentage",
    above: 80,
    meaning: "Memory is nearly full; then keys with a time to live go, and sessions with them.",
  },
  {
    id: "engine-cpu",
    metric: "EngineCPUUtilization",
    above: 90,
    meaning: "The engine's one thread is busy; every command waits.",
  },
  {
    id: "lag",
    metric: "ReplicationLag",
    above: 30,
    meaning: "A replica is seconds behind; a failover now would lose them.",
  },
];

/**
 * Alarms on each node of a cache with cluster mode disabled: memory, processor, and how far a replica lags behind.
 *
 * Nodes are told by the ids that ElastiCache gives them, `<replication group>-001` and on.
 *
 * Cost: three alarms a node.
 */
export class CacheAlarms extends Construct {
  constructor(scope: Construct, id: string, props: CacheAlarmsProps) {
    super(scope, id);
    for (let number = 1; number <= (props.nodes ?? 2); number += 1) {
      const node = String(number).padStart(3, "0");
      for (const { id: alarm, metric, above, meaning } of THRESHOLDS) {
        new CloudwatchMetricAlarm(this, `${alarm}-${node}`, {
          alarmName: `${props.cache.replicationGroupId}-${node}-${alarm}`,
          alarmDescription: meaning,
          namespace: "AWS/ElastiCache",
          metricName: metric,
          dimensions: { CacheClusterId: `${props.cache.replicationGroupId}-${node}` },
          statistic: "Maximum",
          comparisonOperator: "GreaterThanThreshold",
          threshold: above,
          period: 60,
          evaluationPeriods: 5,
          // A primary has no lag, and a node that is being replaced reports nothing.
          treatMissingData: "notBreaching",
          alarmActions: props.notify && [...props.notify],
          okActions: props.notify && [...props.notify],
        });
      }
    }
  }
}
