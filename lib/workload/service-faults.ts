import { fargateSizeFault } from "../regional/fargate-size";
import { containerFaults } from "./container-faults";
import { fault, isWhole, unless } from "./fault";
import type { WorkloadService, WorkloadWeb, WorkloadWorker } from "./service";
import type { Workload } from "./workload";

const KINDS = ["web", "worker", "one-off"];
/** What a task gets when its service says nothing. */
const CPU = 512;
const MEMORY_MIB = 1024;
/** Source: ECS service quotas, tasks of one service. */
const MOST_TASKS = 5000;

/** @returns what is wrong with one service */
export function serviceFaults(name: string, service: WorkloadService, workload: Workload): string[] {
  const path = `services.${name}`;
  const { kind = "web", cpu = CPU, memory = MEMORY_MIB } = service;
  const size = fargateSizeFault(cpu, memory);
  return [
    ...unless(
      KINDS.includes(kind),
      fault(
        `${path}.kind`,
        `"${kind}"`,
        `one of ${KINDS.join(", ")}`,
        "name one of them, or leave it out for web",
      ),
    ),
    ...(size ? [`${path}: ${size}. Fix: change "cpu" or "memory".`] : []),
    ...containerFaults(path, service, workload),
    ...(service.kind === "worker" ? workerFaults(path, service) : []),
    ...(service.kind === undefined || service.kind === "web" ? webFaults(path, service) : []),
  ];
}

function webFaults(path: string, { port, healthCheckPath, tasks, standbyTasks }: WorkloadWeb): string[] {
  return [
    ...unless(
      isWhole(port, 1, 65535),
      fault(`${path}.port`, `${port}`, "1 to 65535", "give the port that the container listens on"),
    ),
    ...unless(
      /^\/\S*$/.test(healthCheckPath),
      fault(
        `${path}.healthCheckPath`,
        `"${healthCheckPath}"`,
        "a path that begins with /",
        "write it such as /healthz",
      ),
    ),
    ...tasksFaults(`${path}.tasks`, tasks),
    ...(standbyTasks === undefined ? [] : tasksFaults(`${path}.standbyTasks`, standbyTasks)),
  ];
}

function workerFaults(path: string, { tasks, maxTasks }: WorkloadWorker): string[] {
  return [
    ...tasksFaults(`${path}.tasks`, tasks),
    ...unless(
      maxTasks === undefined || isWhole(maxTasks, tasks, MOST_TASKS),
      fault(
        `${path}.maxTasks`,
        `${maxTasks} with ${tasks} at least`,
        `a whole number from ${tasks} to ${MOST_TASKS}`,
        "raise it, or leave it out for no autoscaling",
      ),
    ),
  ];
}

function tasksFaults(path: string, tasks: number): string[] {
  return unless(
    isWhole(tasks, 1, MOST_TASKS),
    fault(path, `${tasks}`, `a whole number from 1 to ${MOST_TASKS}`, "keep at least one task"),
  );
}
