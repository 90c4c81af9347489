import { isHostName } from "../host-name";
import { postgresNameFault } from "../postgres-name";
import type { WorkloadDatabase } from "./database";
import type { WorkloadService } from "./service";
import type { Workload } from "./workload";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 20;
const LEAST_MAJOR_VERSION = 16;

/** Ids that the phase stacks use beside the workload's names. */
const TAKEN = [
  "account",
  "archive",
  "aws",
  "bucket-replication",
  "journal",
  "network",
  "origin-certificate",
  "runner",
  "zone",
];

/** @returns one sentence a fault, with where it is, what was found and what was expected; empty when all is well */
export function workloadFaults(workload: Workload): string[] {
  const databases = Object.entries(workload.databases ?? {});
  const services = Object.entries(workload.services);
  const buckets = workload.buckets ?? [];
  const { publicName = "", zone } = workload.edge ?? {};
  return [
    ...nameFaults("name", workload.name),
    ...databases.flatMap(([name, database]) => databaseFaults(name, database)),
    ...buckets.flatMap((name) => nameFaults(`buckets.${name}`, name)),
    ...repeated([...databases, ...services].map(([name]) => name).concat(buckets)).map(
      (name) =>
        `name ${name}: found twice; databases, services and buckets need different names, each is an address`,
    ),
    ...[...databases, ...services]
      .map(([name]) => name)
      .concat(buckets)
      .filter((name) => TAKEN.includes(name))
      .map((name) => `name ${name}: taken by the phase stacks; expected any but ${TAKEN.join(", ")}`),
    ...(services.length === 1
      ? []
      : [
          `services: found ${services.length}, expected exactly one: this release routes the edge to one service`,
        ]),
    ...services.flatMap(([name, service]) => [
      ...nameFaults(`services.${name}`, name),
      ...serviceFaults(`services.${name}`, service),
      ...missing(`services.${name}.databases`, service.databases, Object.keys(workload.databases ?? {})),
      ...missing(`services.${name}.buckets`, service.buckets, buckets),
    ]),
    ...[publicName, zone ?? publicName]
      .filter((host) => !isHostName(host))
      .map((host) => `edge: found "${host}", expected a host name in lower case such as shop.example.com`),
    ...(!zone || publicName === zone || publicName.endsWith(`.${zone}`)
      ? []
      : [`edge.publicName: found ${publicName}, expected a name in the zone ${zone}`]),
  ];
}

function nameFaults(where: string, name: string): string[] {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return [];
  return [
    `${where}: found the name "${name}", expected lower-case letters, digits and single hyphens, beginning with a ` +
      `letter, ${LONGEST_NAME} characters at most: AWS names are built from it`,
  ];
}

function databaseFaults(name: string, { engineVersion, applicationRole }: WorkloadDatabase): string[] {
  const roleFault = applicationRole === undefined ? undefined : postgresNameFault(applicationRole);
  return [
    ...nameFaults(`databases.${name}`, name),
    ...(Number(engineVersion.split(".")[0]) >= LEAST_MAJOR_VERSION
      ? []
      : [`databases.${name}.engineVersion: found "${engineVersion}", expected ${LEAST_MAJOR_VERSION} or newer`]),
    ...(roleFault ? [`databases.${name}.applicationRole: ${roleFault}`] : []),
  ];
}

function serviceFaults(where: string, service: WorkloadService): string[] {
  if (service.kind === "worker" || service.kind === "one-off") return [];
  const { port, tasks, healthCheckPath } = service;
  return [
    ...(Number.isInteger(port) && port > 0 && port < 65536
      ? []
      : [`${where}.port: found ${port}, expected 1 to 65535`]),
    ...(Number.isInteger(tasks) && tasks > 0 ? [] : [`${where}.tasks: found ${tasks}, expected 1 or more`]),
    ...(healthCheckPath.startsWith("/")
      ? []
      : [`${where}.healthCheckPath: found "${healthCheckPath}", expected a path that begins with /`]),
  ];
}

function missing(where: string, wanted: readonly string[] = [], known: readonly string[]): string[] {
  return wanted
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `${where}: found ${name}, expected one of ${known.join(", ") || "none, as the workload has none"}`,
    );
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
