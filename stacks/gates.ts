import { SchedulerRole } from "../lib/global/scheduler-role";
import type { ServiceRoles } from "../lib/global/service-roles";
import { WorkerGate } from "../lib/link/worker-gate";
import type { PartOf } from "../lib/manifest";
import { Schedule } from "../lib/regional/schedule";
import type { WorkloadSchedule } from "../lib/workload/schedule";
import type { WorkloadWorker } from "../lib/workload/service";
import type { ByName } from "../lib/workload/workload";
import { filterValues, mapValues } from "./by-name";
import type { ActiveSide, CutoverGround } from "./cutover-ground";

type Gates = Pick<PartOf<"cutover">, "workers" | "schedules">;

/** Has workers and schedules run on the active side only (B6). What is managed elsewhere gets no gate here, and
 * an existing schedule is told to the runbook alone. */
export function gates(ground: CutoverGround, roles: ByName<ServiceRoles>): Gates {
  const { source, target } = ground;
  const { workload } = ground.relocation;
  const workers = filterValues(
    workload.services,
    (service): service is WorkloadWorker => service.kind === "worker",
  );
  return {
    workers: mapValues(workers, (worker, name) => ({
      source: source && workerGate(source, name, worker),
      target: workerGate(target, name, worker)!,
    })),
    schedules: mapValues(workload.schedules, (schedule, name) => {
      const role = schedulerRole(ground, schedule, name, roles);
      return {
        source: source && scheduleGate(ground, source, schedule, name, role),
        target: scheduleGate(ground, target, schedule, name, role)!,
      };
    }),
  };
}

function workerGate({ region, active }: ActiveSide, name: string, worker: WorkloadWorker) {
  if (name in (region.existing.services ?? {})) return undefined;
  const bounds = { minTasks: worker.tasks, maxTasks: worker.maxTasks ?? worker.tasks };
  const gate = new WorkerGate(region.scope, name, { worker: region.workers[name]!, ...bounds, active });
  return { resourceId: gate.resourceId, ...bounds };
}

function scheduleGate(
  { relocation }: CutoverGround,
  { region, side, active }: ActiveSide,
  { service, expression, timezone }: WorkloadSchedule,
  name: string,
  role: SchedulerRole,
) {
  const { schedules, oneOffs } = region.existing;
  const existing = schedules?.[name];
  if (existing) return { group: existing.group, name: existing.name };
  if (service in (oneOffs ?? {})) return undefined;
  const importId = side.adopt?.schedules?.[name];
  const [group, adopted] = importId?.split("/") ?? [];
  const schedule = new Schedule(region.scope, name, {
    name: adopted ?? `${relocation.workload.name}-${name}`,
    group,
    expression,
    timezone,
    oneOff: region.oneOffs[service]!,
    roleArn: role.roleArn,
    active,
    importId,
  });
  return { group: schedule.group, name: schedule.name };
}

function schedulerRole(
  { relocation, global, account, source, target }: CutoverGround,
  { service }: WorkloadSchedule,
  name: string,
  roles: ByName<ServiceRoles>,
): SchedulerRole {
  const { task, execution } = roles[service]!;
  const oneOffs = [...(source ? [source] : []), target].map(({ region }) => region.oneOffs[service]!);
  return new SchedulerRole(global, name, {
    name: `${relocation.workload.name}-${name}-schedule`,
    account,
    taskDefinitionFamily: `${relocation.workload.name}-${service}`,
    clusterArns: oneOffs.map(({ clusterArn }) => clusterArn),
    passRoleArns: [task.roleArn, execution.roleArn],
  });
}
