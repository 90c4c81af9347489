import type { PartOf } from "../lib/manifest";
import type { DatabaseCredentials } from "../lib/regional/database-credentials";
import type { Workload } from "../lib/workload/workload";
import type { WorkloadWeb } from "../lib/workload/service";
import { applicationRole, databaseName } from "./region-modules";
import type { StandbyRegion } from "./standby";

type Told = Pick<PartOf<"standby">, "databases" | "services" | "buckets">;

/** What the standby phase tells the runbook: every module by name, with both of its sides. */
export function standbyPart(
  workload: Workload,
  source: StandbyRegion,
  target: StandbyRegion,
  credentials: { readonly [name: string]: DatabaseCredentials },
): Told {
  const databaseSide = (name: string, { databases, region }: StandbyRegion) => ({
    identifier: databases[name]!.identifier,
    engineVersion: workload.databases![name]!.engineVersion,
    majorVersion: Number.parseInt(workload.databases![name]!.engineVersion, 10),
    host: databases[name]!.host,
    port: databases[name]!.port,
    operatorSecretArn: databases[name]!.operatorSecretArn,
    applicationSecretArn: credentials[name]!.arnIn(region),
  });
  const serviceSide = (name: string, { services }: StandbyRegion) => ({
    cluster: services[name]!.clusterName,
    service: services[name]!.serviceName,
    tasks: (workload.services[name] as WorkloadWeb).tasks,
  });
  return {
    databases: Object.fromEntries(
      Object.entries(workload.databases ?? {}).map(([name]) => [
        name,
        {
          engine: "postgres" as const,
          strategy: "logical" as const,
          writerDiscovery: "host-list" as const,
          databaseName: databaseName(name, workload),
          operatorRole: source.databases[name]!.operatorRole,
          applicationRole: applicationRole(name, workload),
          source: databaseSide(name, source),
          target: databaseSide(name, target),
        },
      ]),
    ),
    services: Object.fromEntries(
      Object.keys(workload.services).map((name) => [
        name,
        { kind: "web" as const, source: serviceSide(name, source), target: serviceSide(name, target) },
      ]),
    ),
    buckets: Object.fromEntries(
      (workload.buckets ?? []).map((name) => [
        name,
        { source: source.buckets[name]!.bucketName, target: target.buckets[name]!.bucketName },
      ]),
    ),
  };
}
