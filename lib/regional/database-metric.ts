import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import type { IDatabase } from "./database";

export const GIB = 1024 ** 3;

/** When a metric of a database is worth telling somebody. */
export interface Threshold {
  readonly metric: string;
  readonly above?: number;
  readonly below?: number;
  readonly statistic: "Average" | "Maximum" | "Minimum";
  /** Minutes in a row. */
  readonly minutes: number;
  readonly meaning: string;
}

/** By the last part of the alarm's name. */
export type Thresholds = { readonly [id: string]: Threshold };

/** Makes an alarm of each threshold below a scope. */
export function databaseAlarms(
  scope: Construct,
  database: IDatabase,
  thresholds: Thresholds,
  notify: readonly string[] | undefined,
): void {
  for (const [id, { metric, above, below, statistic, minutes, meaning }] of Object.entries(thresholds)) {
    new CloudwatchMetricAlarm(scope, id, {
      alarmName: `${database.identifier}-${id}`,
      alarmDescription: meaning,
      namespace: "AWS/RDS",
      metricName: metric,
      dimensions: dimensions(database),
      statistic,
      comparisonOperator: below === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: below ?? above,
      period: 60,
      evaluationPeriods: minutes,
      // Most are absent as long as nothing replicates.
      treatMissingData: "notBreaching",
      alarmActions: notify && [...notify],
      okActions: notify && [...notify],
    });
  }
}

/** Source: Aurora user guide, "Amazon CloudWatch dimensions for Aurora": metrics of all instances, under the cluster. */
const dimensions = ({ engine, identifier }: IDatabase): { [dimension: string]: string } =>
  engine.startsWith("aurora") ? { DBClusterIdentifier: identifier } : { DBInstanceIdentifier: identifier };
