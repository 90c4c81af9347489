import { ServiceRoles } from "../lib/global/service-roles";
import type { GlobalScope } from "../lib/scope/global-scope";
import type { ByName, Workload } from "../lib/workload/workload";
import { mapValues, pick } from "./by-name";
import type { RegionModules } from "./region-modules";

/** The identities of every service, made once for all regions. */
export function serviceRoles(
  global: GlobalScope,
  workload: Workload,
  account: string,
  sides: readonly RegionModules[],
): ByName<ServiceRoles> {
  const arnsOf = (
    modules: (side: RegionModules) => ByName<{ readonly arn: string }>,
    names: readonly string[] = [],
  ) => sides.flatMap((side) => Object.values(pick(modules(side), names)).map(({ arn }) => arn));

  return mapValues(
    workload.services,
    (service, name) =>
      new ServiceRoles(global, name, {
        name: `${workload.name}-${name}`,
        account,
        regions: sides.map(({ region }) => region),
        images: typeof service.image === "string" ? [service.image] : [],
        registryArns:
          typeof service.image === "string"
            ? []
            : arnsOf(({ registries }) => registries, [service.image.registry]),
        secretArns: [
          ...sides.flatMap((side) => [
            ...Object.values(pick(side.credentials, service.databases)),
            ...Object.values(pick(side.caches, service.caches)).map(({ secretArn }) => secretArn),
          ]),
          ...arnsOf(({ secrets }) => secrets, Object.values(service.secrets ?? {})),
        ],
        bucketArns: arnsOf(({ buckets }) => buckets, service.buckets),
        queueArns: arnsOf(({ queues }) => queues, service.queues),
        keyArns: arnsOf(({ keys }) => keys, service.keys),
        mailIdentityArns: service.sendsMail ? sides.flatMap(({ mail }) => mail?.arn ?? []) : [],
        mailDomain: workload.mail?.domain,
      }),
  );
}
