import type { PartOf } from "../../../lib/manifest";
import { SIDES } from "../../side";
import type { Clients } from "../clients";
import { describeService } from "../ecs-service";
import { type Manifest, requireParts } from "../manifest";
import { readMetrics } from "../metric";
import { describeCluster } from "../rds-cluster";
import { describeInstance } from "../rds-instance";
import { readSchedule } from "../schedule";
import { describeTaskDefinition, regionLiterals } from "../task-definition";
import { readScaling } from "../task-scaling";
import { listAlarms } from "./alarms";

/** What a workload has at its source: by kind, then by name, then by property. Plain JSON, so that it can be compared. */
export type SourceInventory = Readonly<Record<string, Readonly<Record<string, InventoryItem>>>>;

/** One thing. Never a secret, nor a value of a task's environment: names only. */
export type InventoryItem = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** S3 reports once a day, so two days are looked back (S3 user guide, "Amazon S3 CloudWatch daily storage metrics"). */
const TWO_DAYS = 2 * 24 * 60;

/**
 * Reads what there is at the source (C1, D3). What cannot be read is told in its place.
 *
 * Needs `rds:DescribeDBInstances`, `DescribeDBClusters`, `ecs:DescribeServices`, `DescribeTaskDefinition`,
 * `application-autoscaling:DescribeScalableTargets`, `scheduler:GetSchedule`, `cloudwatch:DescribeAlarms`,
 * `GetMetricData`.
 */
export async function readSource(clients: Clients, manifest: Manifest): Promise<SourceInventory> {
  const { standby } = requireParts(manifest, ["standby"]);
  const region = manifest.sourceRegion;
  const [databases, services, schedules, buckets, alarms] = await Promise.all([
    each(standby.databases, (database) => databaseItem(clients, region, database)),
    each(standby.services, (service) => serviceItem(clients, region, service)),
    each(manifest.parts.cutover?.schedules ?? {}, async ({ source }) =>
      source
        ? { ...(await readSchedule(clients.in("scheduler", region), source)), tasks: undefined, ...source }
        : { managed: "elsewhere" },
    ),
    each(standby.buckets, ({ source }) => bucketItem(clients, region, source)),
    alarmItems(clients, region, manifest.workload),
  ]);
  return {
    databases,
    services,
    schedules,
    buckets,
    alarms,
    caches: mapped(standby.caches, ({ strategy, source }) => ({ strategy, ...source })),
    queues: mapped(standby.queues, ({ source }) => source),
    secrets: mapped(standby.secrets, ({ source }) => ({ arn: source })),
    addresses: Object.fromEntries(
      SIDES.map((side) => [side, { callsOutFrom: standby.egressAddresses[side] }]),
    ),
  };
}

async function databaseItem(
  clients: Clients,
  region: string,
  database: PartOf<"standby">["databases"][string],
): Promise<InventoryItem> {
  const rds = clients.in("rds", region);
  const { identifier } = database.source;
  const { engine, strategy, writerDiscovery } = database;
  if (engine.startsWith("aurora")) {
    const { engineVersion } = await describeCluster(rds, identifier);
    return { identifier, engine, engineVersion, strategy, writerDiscovery };
  }
  const found = await describeInstance(rds, identifier);
  const {
    engineVersion,
    instanceClass,
    storageGib,
    multiAz,
    backupRetentionDays,
    parameterGroups,
    replicas,
  } = found;
  return {
    ...{ identifier, engine, engineVersion, instanceClass, storageGib, multiAz, backupRetentionDays },
    ...{ parameterGroups, replicas, strategy, writerDiscovery },
  };
}

async function serviceItem(
  clients: Clients,
  region: string,
  { kind, source }: PartOf<"standby">["services"][string],
): Promise<InventoryItem> {
  const ecs = clients.in("ecs", region);
  const { desired, taskDefinitionArn } = await describeService(ecs, source);
  const definition = await describeTaskDefinition(ecs, taskDefinitionArn);
  const { containers, cpu, memory } = definition;
  const scaling = await readScaling(
    clients.in("autoScaling", region),
    `service/${source.cluster}/${source.service}`,
  ).catch(() => undefined);
  return {
    ...{ kind, cluster: source.cluster, service: source.service, tasks: desired, cpu, memory },
    autoscaling: scaling ? `${scaling.minTasks} to ${scaling.maxTasks} tasks` : "none",
    images: containers.map(({ name, image }) => `${name}: ${image}`),
    environment: containers.flatMap(({ environment }) => Object.keys(environment)).sort(),
    secrets: containers.flatMap(({ secrets }) => Object.keys(secrets)).sort(),
    logs: containers.flatMap(({ logDriver }) => logDriver ?? []),
    regionLiterals: regionLiterals(definition, region),
  };
}

async function bucketItem(clients: Clients, region: string, bucket: string): Promise<InventoryItem> {
  const metric = (name: string, StorageType: string) => ({
    namespace: "AWS/S3",
    name,
    dimensions: { BucketName: bucket, StorageType },
    statistic: "Average" as const,
    periodSeconds: 86_400,
  });
  const [objects, size] = await readMetrics(
    clients.in("cloudWatch", region),
    [metric("NumberOfObjects", "AllStorageTypes"), metric("BucketSizeBytes", "StandardStorage")],
    TWO_DAYS,
  );
  return { bucket, objects: objects?.value, standardBytes: size?.value };
}

async function alarmItems(
  clients: Clients,
  region: string,
  workload: string,
): Promise<Record<string, InventoryItem>> {
  const items = listAlarms(clients.in("cloudWatch", region), workload);
  return items.catch((error: Error) => ({ all: { unread: error.message } }));
}

async function each<T>(
  all: Readonly<Record<string, T>>,
  read: (one: T) => Promise<InventoryItem>,
): Promise<Record<string, InventoryItem>> {
  const items = Object.entries(all).map(
    async ([name, one]) =>
      [name, await read(one).catch((error: Error) => ({ unread: error.message }))] as const,
  );
  return Object.fromEntries(await Promise.all(items));
}

const mapped = <T>(
  all: Readonly<Record<string, T>>,
  to: (one: T) => InventoryItem,
): Record<string, InventoryItem> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, to(one)]));
