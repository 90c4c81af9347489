import { databaseChoices } from "../lib/workload/database-choices";
import { fault, fits, namesFaults, repeated, unless } from "../lib/workload/fault";
import type { ByName, Workload } from "../lib/workload/workload";
import type { AdoptedModules } from "./adopted-modules";
import type { ExistingModules } from "./existing-modules";

type Kind =
  | "databases"
  | "caches"
  | "buckets"
  | "queues"
  | "registries"
  | "secrets"
  | "keys"
  | "services"
  | "schedules";

/** What a name of each kind stands for, for the message. */
const KINDS: Readonly<Record<Kind, string>> = {
  databases: "database",
  caches: "cache",
  buckets: "bucket",
  queues: "queue",
  registries: "registry",
  secrets: "secret",
  keys: "key",
  services: "service",
  schedules: "schedule",
};

/** @returns what is wrong with the ids that are to be imported into one side */
export function adoptionFaults(
  side: string,
  adopt: AdoptedModules | undefined,
  workload: Workload,
): string[] {
  if (!adopt) return [];
  return (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
    const ids = idsOf(adopt, kind);
    return [
      ...namesFaults(`${side}.adopt.${kind}`, Object.keys(ids), namesOf(workload, kind), KINDS[kind]),
      ...Object.entries(ids).flatMap(([name, id]) =>
        unless(
          fits(/^\S+$/, id),
          fault(
            `${side}.adopt.${kind}.${name}`,
            `"${id}"`,
            "the id that AWS gave it",
            "write it, or take the entry out",
          ),
        ),
      ),
      ...repeated(Object.values(ids)).map((id) =>
        fault(
          `${side}.adopt.${kind}`,
          `"${id}" twice`,
          "every id once, as one thing has one address",
          "take one out",
        ),
      ),
    ];
  });
}

/** @returns what is wrong with what one side says is managed elsewhere, once it has been described */
export function existingFaults(
  side: string,
  existing: ExistingModules,
  { cidr, adopt }: { readonly cidr?: string; readonly adopt?: AdoptedModules },
  workload: Workload,
): string[] {
  return [
    ...(Object.keys(KINDS) as Kind[]).flatMap((kind) => {
      const described = Object.keys(idsOf(existing, kind));
      const adopted = Object.keys(idsOf(adopt, kind));
      return [
        ...namesFaults(`${side}.existing.${kind}`, described, namesOf(workload, kind), KINDS[kind]),
        ...described
          .filter((name) => adopted.includes(name))
          .map((name) =>
            fault(
              `${side}.adopt.${kind}`,
              `"${name}", which ${side}.existing says is managed elsewhere`,
              "one of the two",
              "take it out of one of them",
            ),
          ),
      ];
    }),
    ...namesFaults(
      `${side}.existing.poolers`,
      Object.keys(existing.poolers ?? {}),
      pooled(workload),
      "database with the writer discovery pooler",
    ),
    ...namesFaults(
      `${side}.existing.oneOffs`,
      Object.keys(existing.oneOffs ?? {}),
      oneOffs(workload),
      "one-off service",
    ),
    ...unless(
      existing.loadBalancer === undefined || adopt?.loadBalancer === undefined,
      fault(
        `${side}.adopt.loadBalancer`,
        `one, which ${side}.existing says is managed elsewhere`,
        "one of the two",
        "take it out of one of them",
      ),
    ),
    ...unless(
      existing.network !== undefined || cidr !== undefined,
      fault(
        `${side}.cidr`,
        `none, and ${side}.existing has no network`,
        "the block of the network that is made there",
        'give "cidr", or describe the network that is there',
      ),
    ),
  ];
}

function idsOf(modules: AdoptedModules | ExistingModules | undefined, kind: Kind): ByName<string> {
  return (modules as Partial<Record<Kind, ByName<string>>> | undefined)?.[kind] ?? {};
}

function namesOf(workload: Workload, kind: Kind): readonly string[] {
  const named = workload[kind] ?? {};
  return Array.isArray(named) ? (named as readonly string[]) : Object.keys(named);
}

function pooled({ databases = {} }: Workload): string[] {
  return Object.keys(databases).filter(
    (name) => databaseChoices(name, databases[name]!).writerDiscovery === "pooler",
  );
}

function oneOffs({ services }: Workload): string[] {
  return Object.keys(services).filter((name) => services[name]!.kind === "one-off");
}
