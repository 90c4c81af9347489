import { cacheFaults } from "./cache-faults";
import { databaseFaults } from "./database-faults";
import { edgeFaults } from "./edge-faults";
import { mailFaults } from "./mail-faults";
import { nameFaults } from "./name-faults";
import { routingFaults } from "./routing-faults";
import { scheduleFaults } from "./schedule-faults";
import { serviceFaults } from "./service-faults";
import type { ByName, Workload } from "./workload";

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

/** @returns one sentence a fault, with where it is, what was found, what was expected and the fix; empty when all is well */
export function workloadFaults(workload: Workload): string[] {
  return [
    ...nameFaults(workload, TAKEN),
    ...each(workload.databases, databaseFaults),
    ...each(workload.caches, cacheFaults),
    ...each(workload.services, (name, service) => serviceFaults(name, service, workload)),
    ...routingFaults(workload),
    ...scheduleFaults(workload),
    ...mailFaults(workload),
    ...edgeFaults(workload.edge),
  ];
}

function each<T>(all: ByName<T> = {}, faults: (name: string, one: T) => string[]): string[] {
  return Object.entries(all).flatMap(([name, one]) => faults(name, one));
}
