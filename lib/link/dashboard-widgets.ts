import { Fn } from "cdktf";
import type { IBucket } from "../regional/bucket";
import type { ICache } from "../regional/cache";
import type { IDatabase } from "../regional/database";
import type { ILoadBalancer } from "../regional/load-balancer";
import type { IQueue } from "../regional/queue";
import type { IService } from "../regional/service";
import type { ByName } from "../workload/workload";
import { replicationRuleId } from "./bucket-link";

/** One region's half of the workload, as far as the dashboard shows it; each by the workload's names. */
export interface DashboardSide {
  readonly region: string;
  readonly databases: ByName<Pick<IDatabase, "engine" | "identifier">>;
  readonly caches: ByName<Pick<ICache, "replicationGroupId">>;
  readonly services: ByName<Pick<IService, "clusterName" | "serviceName">>;
  /** @default - nothing of it answers the world */
  readonly loadBalancer?: Pick<ILoadBalancer, "arn">;
  readonly queues: ByName<Pick<IQueue, "name">>;
  readonly buckets: ByName<Pick<IBucket, "bucketName">>;
}

/** A metric as a dashboard's body writes it: namespace, name, dimensions in turn, and how it is drawn. */
export type DashboardMetric = readonly (string | { readonly label: string; readonly stat: string })[];

/** A widget as CloudWatch's dashboards write it. */
export interface Widget {
  readonly type: "metric";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly metrics: readonly DashboardMetric[];
    readonly period: number;
    readonly view: "timeSeries";
  };
}

/** One row: the same question to both sides. */
interface Row {
  readonly title: string;
  /** @default "Maximum" */
  readonly stat?: string;
  /** Metrics of one side by their labels, in its own region. */
  metrics(
    side: DashboardSide,
    other: DashboardSide,
  ): readonly (readonly [label: string, ...metric: string[]])[];
}

/** Half of CloudWatch's grid of 24 columns. */
const WIDTH = 12;
const HEIGHT = 6;
const PERIOD_SECONDS = 60;

/**
 * What decides over a cutover comes first.
 *
 * Sources of the metrics: those of the alarms beside each module.
 */
const ROWS: readonly Row[] = [
  {
    title: "Lag of the oldest replication slot (bytes)",
    metrics: ofDatabases(isPostgres, "OldestReplicationSlotLag"),
  },
  {
    title: "WAL on disk, and what slots keep of it (bytes)",
    metrics: ofDatabases(isPostgres, "TransactionLogsDiskUsage", "ReplicationSlotDiskUsage"),
  },
  { title: "Lag of read replicas (s)", metrics: ofDatabases(isInstance, "ReplicaLag") },
  {
    title: "Lag of the global database (ms)",
    metrics: ofDatabases(isAurora, "AuroraGlobalDBReplicationLag"),
  },
  { title: "Database connections", metrics: ofDatabases(() => true, "DatabaseConnections") },
  { title: "Database processor (%)", metrics: ofDatabases(() => true, "CPUUtilization") },
  { title: "Requests", stat: "Sum", metrics: ofLoadBalancer("RequestCount") },
  {
    title: "Server errors",
    stat: "Sum",
    metrics: ofLoadBalancer("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"),
  },
  { title: "Response time, 95th percentile (s)", stat: "p95", metrics: ofLoadBalancer("TargetResponseTime") },
  {
    title: "Running tasks",
    metrics: ({ services }) =>
      Object.entries(services).map(([name, { clusterName, serviceName }]) => [
        name,
        ...["ECS/ContainerInsights", "RunningTaskCount"],
        ...["ClusterName", clusterName, "ServiceName", serviceName],
      ]),
  },
  { title: "Latency of objects coming in (s)", metrics: ofBuckets("ReplicationLatency") },
  { title: "Objects still to come in", metrics: ofBuckets("OperationsPendingReplication") },
  {
    title: "Messages waiting",
    metrics: ({ queues }) =>
      Object.entries(queues).map(([name, queue]) => [
        name,
        ...["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name],
      ]),
  },
  { title: "Cache processor, first two nodes (%)", metrics: ofCaches("EngineCPUUtilization") },
  { title: "Cache connections, first two nodes", metrics: ofCaches("CurrConnections") },
];

/**
 * The widgets of both sides, one row a question: the source on the left, the target on the right. Rows that neither
 * side has anything for are left out.
 */
export function dashboardWidgets(source: DashboardSide, target: DashboardSide): Widget[] {
  return ROWS.map((row) => ({
    ...row,
    halves: [row.metrics(source, target), row.metrics(target, source)],
  }))
    .filter(({ halves }) => halves.some((metrics) => metrics.length > 0))
    .flatMap(({ title, stat = "Maximum", halves }, index) =>
      halves.map((metrics, half): Widget => {
        const { region } = half === 0 ? source : target;
        return {
          type: "metric",
          x: half * WIDTH,
          y: index * HEIGHT,
          width: WIDTH,
          height: HEIGHT,
          properties: {
            title: `${title}, ${region}`,
            region,
            metrics: metrics.map(([label, ...metric]) => [...metric, { label, stat }]),
            period: PERIOD_SECONDS,
            view: "timeSeries",
          },
        };
      }),
    );
}

function isPostgres({ engine }: Pick<IDatabase, "engine">): boolean {
  return engine === "postgres" || engine === "aurora-postgresql";
}

function isAurora({ engine }: Pick<IDatabase, "engine">): boolean {
  return engine.startsWith("aurora");
}

function isInstance(database: Pick<IDatabase, "engine">): boolean {
  return !isAurora(database);
}

function ofDatabases(
  which: (database: Pick<IDatabase, "engine">) => boolean,
  ...names: readonly string[]
): Row["metrics"] {
  return ({ databases }) =>
    Object.entries(databases)
      .filter(([, database]) => which(database))
      .flatMap(([name, database]) =>
        names.map((metric) => [
          names.length > 1 ? `${name} ${metric}` : name,
          ...["AWS/RDS", metric],
          ...[isAurora(database) ? "DBClusterIdentifier" : "DBInstanceIdentifier", database.identifier],
        ]),
      );
}

function ofLoadBalancer(...names: readonly string[]): Row["metrics"] {
  return ({ loadBalancer }) =>
    loadBalancer
      ? names.map((metric) => [
          metric,
          ...["AWS/ApplicationELB", metric, "LoadBalancer"],
          Fn.element(Fn.split(":loadbalancer/", loadBalancer.arn), 1) as string,
        ])
      : [];
}

/** S3 reports what is on its way in the region it goes to. */
function ofBuckets(metric: string): Row["metrics"] {
  return ({ region, buckets }, other) =>
    Object.entries(buckets)
      .filter(([name]) => name in other.buckets)
      .map(([name, bucket]) => [
        name,
        ...["AWS/S3", metric, "SourceBucket", other.buckets[name]!.bucketName],
        ...["DestinationBucket", bucket.bucketName, "RuleId", replicationRuleId(region)],
      ]);
}

function ofCaches(metric: string): Row["metrics"] {
  return ({ caches }) =>
    Object.entries(caches).flatMap(([name, { replicationGroupId }]) =>
      ["001", "002"].map((node) => [
        `${name}-${node}`,
        ...["AWS/ElastiCache", metric, "CacheClusterId", `${replicationGroupId}-${node}`],
      ]),
    );
}
