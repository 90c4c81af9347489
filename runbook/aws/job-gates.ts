import type { PartOf } from "../../lib/manifest";
import { SIDES, type Side } from "../side";
import type { JobGate } from "../world";
import type { Clients } from "./clients";
import { listTasksAtWork } from "./ecs-idle";
import { readSchedule, setEnabled } from "./schedule";
import { readScaling, setTaskLimits } from "./task-scaling";

type Gates = PartOf<"cutover">;
type Regions = Readonly<Record<Side, string>>;

/**
 * Workers and schedules as the runbook turns them on and off: exactly what the variable `cutover` would write, so that the
 * deploy afterwards plans no change.
 *
 * Needs `application-autoscaling:DescribeScalableTargets`, `RegisterScalableTarget`; `scheduler:GetSchedule`,
 * `UpdateSchedule` and `iam:PassRole` on the schedules' roles; `ecs:ListTasks`, `DescribeTasks`.
 */
export function jobGates(clients: Clients, { workers, schedules }: Gates, regions: Regions): JobGate[] {
  return [
    ...Object.entries(workers).map(([name, worker]) => workerGate(clients, name, worker, regions)),
    ...Object.entries(schedules).map(([name, schedule]) => scheduleGate(clients, name, schedule, regions)),
  ];
}

function workerGate(
  clients: Clients,
  name: string,
  worker: Gates["workers"][string],
  regions: Regions,
): JobGate {
  const gateOf = ofSide(name, worker);
  const scaling = (side: Side) => clients.in("autoScaling", regions[side]);
  return {
    name,
    kind: "worker",
    sides: managedSides(worker),
    isOn: async (side) => (await readScaling(scaling(side), gateOf(side).resourceId)).maxTasks > 0,
    turnOff: (side) => setTaskLimits(scaling(side), gateOf(side).resourceId, { minTasks: 0, maxTasks: 0 }),
    atWork(side) {
      // service/<cluster>/<service>
      const [, cluster = "", service = ""] = gateOf(side).resourceId.split("/");
      return listTasksAtWork(clients.in("ecs", regions[side]), { cluster, service });
    },
    turnOn: (side) => setTaskLimits(scaling(side), gateOf(side).resourceId, gateOf(side)),
  };
}

function scheduleGate(
  clients: Clients,
  name: string,
  schedule: Gates["schedules"][string],
  regions: Regions,
): JobGate {
  const gateOf = ofSide(name, schedule);
  const scheduler = (side: Side) => clients.in("scheduler", regions[side]);
  const turn = (on: boolean) => async (side: Side) =>
    void (await setEnabled(scheduler(side), gateOf(side), on));
  return {
    name,
    kind: "schedule",
    sides: managedSides(schedule),
    isOn: async (side) => (await readSchedule(scheduler(side), gateOf(side))).enabled,
    turnOff: turn(false),
    async atWork(side) {
      const { tasks } = await readSchedule(scheduler(side), gateOf(side));
      return tasks ? listTasksAtWork(clients.in("ecs", regions[side]), tasks) : [];
    },
    turnOn: turn(true),
  };
}

const managedSides = (job: { readonly source?: unknown }): readonly Side[] =>
  SIDES.filter((side) => side === "target" || job.source !== undefined);

function ofSide<G>(name: string, job: { readonly source?: G; readonly target: G }): (side: Side) => G {
  return (side) => {
    const gate = job[side];
    if (gate === undefined)
      throw new Error(`${name} is managed elsewhere on the ${side}: it cannot be turned on or off here`);
    return gate;
  };
}
