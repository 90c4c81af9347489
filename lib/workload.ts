import type { EdgeFlip } from "./global/edge";
import { isHostName } from "./host-name";
import { postgresNameFault } from "./postgres-name";

/**
 * What moves, described without a region.
 *
 * The names of databases, services and buckets are part of Terraform addresses, so they differ from each other and stay
 * as they are: another name is another thing, and a database's data goes with the old one.
 */
export interface Workload {
  /** Such as `storefront`: lower-case letters, digits and single hyphens, 20 characters at most. */
  readonly name: string;
  /** By name. @default - none */
  readonly databases?: { readonly [name: string]: WorkloadDatabase };
  /** By name. This release carries exactly one, behind the edge. */
  readonly services: { readonly [name: string]: WorkloadService };
  /** Names of the buckets. @default - none */
  readonly buckets?: readonly string[];
  readonly edge: WorkloadEdge;
}

/** A PostgreSQL database that moves by logical replication. */
export interface WorkloadDatabase {
  /** Major version, such as 18; at least 16, where `origin = none` keeps both directions apart. */
  readonly majorVersion: number;
  /** RDS instance class. @default "db.m7g.large" */
  readonly instanceClass?: string;
  /** Storage in GiB; it can grow, never shrink. @default 100 */
  readonly storageGib?: number;
  /** Name of the database inside the server. Another name destroys the instance. @default - the database's name here */
  readonly databaseName?: string;
  /** Role the application connects as. @default - `<name>_app` */
  readonly applicationRole?: string;
}

/** A container that answers HTTP, on ECS Fargate. */
export interface WorkloadService {
  /** Container image, pulled in both regions. */
  readonly image: string;
  readonly port: number;
  /** Path that answers 200 when a task can serve. */
  readonly healthCheckPath: string;
  /** Tasks a region, on the active side and on the standby side alike. */
  readonly tasks: number;
  /** CPU units, 1024 a core. @default 512 */
  readonly cpu?: number;
  /** MiB. @default 1024 */
  readonly memory?: number;
  /** Further environment variables. No secrets: a task definition is read by many. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Names of the databases it connects to. @default - none */
  readonly databases?: readonly string[];
  /** Names of the buckets it uses. @default - none */
  readonly buckets?: readonly string[];
}

/** How the world reaches the workload. */
export interface WorkloadEdge {
  /** Such as `shop.example.com`. */
  readonly publicName: string;
  /** Name of the public Route 53 zone that holds the public name, such as `example.com`. */
  readonly zone: string;
  /** What a flip of the edge changes. @default "key-value-store" */
  readonly flip?: EdgeFlip;
}

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
  const { publicName, zone } = workload.edge;
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
    ...[publicName, zone]
      .filter((host) => !isHostName(host))
      .map((host) => `edge: found "${host}", expected a host name in lower case such as shop.example.com`),
    ...(publicName === zone || publicName.endsWith(`.${zone}`)
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

function databaseFaults(name: string, { majorVersion, applicationRole }: WorkloadDatabase): string[] {
  const roleFault = applicationRole === undefined ? undefined : postgresNameFault(applicationRole);
  return [
    ...nameFaults(`databases.${name}`, name),
    ...(Number.isInteger(majorVersion) && majorVersion >= LEAST_MAJOR_VERSION
      ? []
      : [`databases.${name}.majorVersion: found ${majorVersion}, expected ${LEAST_MAJOR_VERSION} or newer`]),
    ...(roleFault ? [`databases.${name}.applicationRole: ${roleFault}`] : []),
  ];
}

function serviceFaults(where: string, { port, tasks, healthCheckPath }: WorkloadService): string[] {
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
