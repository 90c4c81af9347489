import { Bucket, type IBucket } from "../lib/regional/bucket";
import { Database, type IDatabase } from "../lib/regional/database";
import { Network, type INetwork } from "../lib/regional/network";
import type { RegionScope } from "../lib/scope/region-scope";
import type { Workload } from "../lib/workload/workload";
import type { RelocationRegion } from "./relocation-props";

/** One region's half of the workload, without its services. */
export interface RegionModules {
  readonly scope: RegionScope;
  readonly region: string;
  readonly network: INetwork;
  /** By the workload's names. */
  readonly databases: { readonly [name: string]: IDatabase };
  /** By the workload's names. */
  readonly buckets: { readonly [name: string]: IBucket };
}

/**
 * Builds what holds a workload's data in one region. The other region gets the very same.
 *
 * The ids are the workload's names: they are part of the addresses of databases and buckets.
 */
export function regionModules(
  scope: RegionScope,
  { cidr, deletionProtection }: RelocationRegion,
  workload: Workload,
): RegionModules {
  const network = new Network(scope, "network", { name: workload.name, cidr: cidr! });
  const databases = Object.entries(workload.databases ?? {}).map(([name, database]) => [
    name,
    new Database(scope, name, {
      name: `${workload.name}-${name}`,
      network,
      engineVersion: database.engineVersion,
      databaseName: databaseName(name, workload),
      instanceClass: database.instanceClass,
      storageGib: database.storageGib,
      deletionProtection,
    }),
  ]);
  const buckets = (workload.buckets ?? []).map((name) => [
    name,
    new Bucket(scope, name, { name: `${workload.name}-${name}` }),
  ]);
  return {
    scope,
    region: scope.region,
    network,
    databases: Object.fromEntries(databases) as RegionModules["databases"],
    buckets: Object.fromEntries(buckets) as RegionModules["buckets"],
  };
}

/** Name of a database inside its server; hyphens would need quoting in SQL. */
export function databaseName(name: string, workload: Workload): string {
  return workload.databases?.[name]?.databaseName ?? name.replaceAll("-", "_");
}

/** Role the application connects to a database as. */
export function applicationRole(name: string, workload: Workload): string {
  return workload.databases?.[name]?.applicationRole ?? `${name.replaceAll("-", "_")}_app`;
}
