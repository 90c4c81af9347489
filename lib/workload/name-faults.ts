import { fault, repeated, unless } from "./fault";
import type { Workload } from "./workload";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 20;

/** Every thing of a workload that has a name, by where the name stands. */
function named(workload: Workload): { readonly [path: string]: readonly string[] } {
  return {
    databases: Object.keys(workload.databases ?? {}),
    caches: Object.keys(workload.caches ?? {}),
    buckets: workload.buckets ?? [],
    queues: workload.queues ?? [],
    registries: workload.registries ?? [],
    secrets: workload.secrets ?? [],
    keys: workload.keys ?? [],
    services: Object.keys(workload.services),
    schedules: Object.keys(workload.schedules ?? {}),
  };
}

/**
 * Names of a workload are ids of constructs below one scope, and parts of names in AWS.
 *
 * @param taken ids that the stacks use beside them
 * @returns what is wrong with the names
 */
export function nameFaults(workload: Workload, taken: readonly string[]): string[] {
  const kinds = Object.entries(named(workload));
  const all = kinds.flatMap(([, names]) => names);
  return [
    ...formFaults("name", workload.name),
    ...kinds.flatMap(([kind, names]) => names.flatMap((name) => formFaults(`${kind}.${name}`, name))),
    ...repeated(all).map((name) =>
      fault(
        kinds
          .filter(([, names]) => names.includes(name))
          .map(([kind]) => kind)
          .join(" and "),
        `the name "${name}" twice`,
        "every name once, whatever it names, as each is an address",
        "call one of them otherwise",
      ),
    ),
    ...kinds.flatMap(([kind, names]) =>
      names
        .filter((name) => taken.includes(name))
        .map((name) =>
          fault(
            `${kind}.${name}`,
            `the name "${name}"`,
            "a name that the stacks do not use themselves",
            "call it otherwise",
          ),
        ),
    ),
  ];
}

function formFaults(path: string, name: string): string[] {
  return unless(
    NAME.test(name) && name.length <= LONGEST_NAME,
    fault(
      path,
      `the name "${name}"`,
      `lower-case letters, digits and single hyphens, beginning with a letter, ${LONGEST_NAME} characters at most`,
      "shorten or rewrite it: names in AWS are built from it",
    ),
  );
}
