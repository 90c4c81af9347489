import { cacheFaults } from "./cache-faults";
import { databaseFaults } from "./database-faults";
import { edgeFaults } from "./edge-faults";
import { mailFaults } from "./mail-faults";
import { nameFaults } from "./name-faults";
import { routingFaults } from "./routing-faults";
import { scheduleFaults } from "./schedule-faults";
import { serviceFaults } from "./service-faults";
import type { ByName, Workload } from "./workload";

/** @returns one sentence a fault, with where it is, what was found, what was expected and the fix; empty when all is well */
export function workloadFaults(workload: Workload): string[] {
  return [
    ...nameFaults(workload),
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
