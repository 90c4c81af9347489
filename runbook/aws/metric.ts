import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import { type AwsRegion, connect } from "./region";

/** A client of CloudWatch in one region: metrics stand where they arise. */
export const cloudWatchIn = (region: AwsRegion): CloudWatchClient => connect(CloudWatchClient, region);

/** As many as one call takes (CloudWatch API reference, "GetMetricData"). */
const METRICS_A_CALL = 500;

/** One metric. */
export interface Metric {
  /** Such as `AWS/RDS`. */
  readonly namespace: string;
  /** Such as `ReplicaLag`. */
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";
  /** @default 60 */
  readonly periodSeconds?: number;
}

/** The newest value of a metric. */
export interface Reading {
  readonly value: number;
  /** Begin of the period that it is of. */
  readonly at: Date;
}

/**
 * The newest value of each metric within a time. CloudWatch has most metrics a minute or two late: what decides within a
 * switch is asked of the database itself.
 *
 * Needs `cloudwatch:GetMetricData`, for which AWS knows no resources.
 *
 * Cost: a fee a thousand metrics asked for.
 *
 * @param withinMinutes how far back to look
 * @returns in the order asked for; undefined where nothing was reported in that time
 */
export async function readMetrics(
  cloudWatch: CloudWatchClient,
  metrics: readonly Metric[],
  withinMinutes: number,
): Promise<readonly (Reading | undefined)[]> {
  const end = new Date();
  const start = new Date(end.getTime() - withinMinutes * 60_000);
  const readings: (Reading | undefined)[] = [];
  for (let from = 0; from < metrics.length; from += METRICS_A_CALL) {
    const asked = metrics.slice(from, from + METRICS_A_CALL);
    const pages = paginateGetMetricData(
      { client: cloudWatch },
      {
        StartTime: start,
        EndTime: end,
        MetricDataQueries: asked.map((metric, index) => query(metric, `m${index}`)),
      },
    );
    const found = new Map<string | undefined, Reading>();
    for await (const { MetricDataResults } of pages) {
      for (const { Id, Timestamps = [], Values = [] } of MetricDataResults ?? []) {
        for (const [index, at] of Timestamps.entries()) {
          const value = Values[index];
          const newest = found.get(Id);
          if (value !== undefined && (!newest || newest.at < at)) found.set(Id, { at, value });
        }
      }
    }
    for (const index of asked.keys()) readings.push(found.get(`m${index}`));
  }
  return readings;
}

const query = (metric: Metric, id: string): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: metric.periodSeconds ?? 60,
    Stat: metric.statistic,
  },
});
