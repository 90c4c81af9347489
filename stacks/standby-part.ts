import type { PartOf } from "../lib/manifest";
import type { WorkloadWeb, WorkloadWorker } from "../lib/workload/service";
import type { ByName, Workload } from "../lib/workload/workload";
import { filterValues, fromNames, mapValues } from "./by-name";
import { databaseChoices, majorVersion } from "../lib/workload/database-choices";
import type { StandbyRegion } from "./region-half";

type Told = Omit<PartOf<"standby">, "version" | "phase" | "workload" | "sourceRegion" | "targetRegion">;

/** What the standby phase tells the runbook: every module by name, with both of its sides. */
export function standbyPart(workload: Workload, source: StandbyRegion, target: StandbyRegion): Told {
  const both = <T>(side: (region: StandbyRegion) => T) => ({ source: side(source), target: side(target) });
  return {
    databases: databasesPart(workload, source, target),
    caches: mapValues(workload.caches, ({ strategy = "cold" }, name) => ({
      strategy,
      ...both(({ caches }) => ({
        replicationGroupId: caches[name]!.replicationGroupId,
        host: caches[name]!.host,
      })),
    })),
    services: servicesPart(workload, source, target),
    buckets: fromNames(workload.buckets, (name) => both(({ buckets }) => buckets[name]!.bucketName)),
    queues: fromNames(workload.queues, (name) =>
      both(({ queues }) => ({ url: queues[name]!.url, arn: queues[name]!.arn })),
    ),
    secrets: fromNames(workload.secrets, (name) => both(({ secrets }) => secrets[name]!.arn)),
    egressAddresses: both(({ network }) => network.egressAddresses),
  };
}

function databasesPart(workload: Workload, source: StandbyRegion, target: StandbyRegion): Told["databases"] {
  return mapValues(workload.databases, (database, name) => {
    const { engineVersion, ...choices } = databaseChoices(name, database);
    const side = ({ databases, credentials }: StandbyRegion, version: string) => ({
      identifier: databases[name]!.identifier,
      host: databases[name]!.host,
      port: databases[name]!.port,
      engineVersion: version,
      majorVersion: majorVersion(version),
      operatorSecretArn: databases[name]!.operatorSecretArn,
      applicationSecretArn: credentials[name]!,
    });
    return {
      ...choices,
      acceptedLossMinutes: database.acceptedLossMinutes,
      serverAuthorities: database.serverAuthorities,
      operatorRole: source.databases[name]!.operatorRole,
      source: side(source, engineVersion.source),
      target: side(target, engineVersion.target),
    };
  });
}

function servicesPart(workload: Workload, source: StandbyRegion, target: StandbyRegion): Told["services"] {
  const running = filterValues(
    workload.services,
    (service): service is WorkloadWeb | WorkloadWorker => service.kind !== "one-off",
  );
  const side = ({ web, workers }: StandbyRegion, name: string, tasks: number) => {
    const service: ByName<{ clusterName: string; serviceName: string }> = { ...web, ...workers };
    return { cluster: service[name]!.clusterName, service: service[name]!.serviceName, tasks };
  };
  return mapValues(running, ({ kind = "web", tasks }, name) => ({
    kind,
    source: side(source, name, tasks),
    target: side(target, name, tasks),
  }));
}
