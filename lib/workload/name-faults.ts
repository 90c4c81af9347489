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

/** Ids that the phase stacks use beside the workload's names. */
const TAKEN = new Set(
  (
    "account archive aws backup batch-replication bucket-replication certificate completion dashboard edge final-backup " +
    "flow-logs journal late-traffic load-balancer mail mail-alarms mail-records network origin-certificate public-name " +
    "retirement runner runner-access runner-completion runner-gates vault zone"
  ).split(" "),
);

/** What they append to a name for what belongs to it. */
const APPENDED = /-(alarms|credentials|global|lag|pooler|pooler-alarms|writer)$/;

/** A region's code as part of a name: the stacks append those, too. */
const REGION = /(^|-)[a-z]{2}(-[a-z]+)+-\d(-|$)/;

/**
 * Names of a workload are ids of constructs below one scope, and parts of names in AWS.
 *
 * @returns what is wrong with the names
 */
export function nameFaults(workload: Workload): string[] {
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
    ...kinds.flatMap(([kind, names]) => names.flatMap((name) => takenFaults(`${kind}.${name}`, name, all))),
  ];
}

function takenFaults(path: string, name: string, all: readonly string[]): string[] {
  const found = `the name "${name}"`;
  return [
    ...unless(
      !TAKEN.has(name) && !(APPENDED.test(name) && all.includes(name.replace(APPENDED, ""))),
      fault(path, found, "a name that the stacks do not use themselves", "call it otherwise"),
    ),
    ...unless(
      !REGION.test(name),
      fault(path, found, "a name without a region, as each region has one of it", "take the region out"),
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
