import { z } from "zod";
import type { PartOf } from "../../lib/manifest";
import type { Side } from "../../runbook/side";
import { openShifts } from "../shifts";
import { blocks, regionOf, resources, texts } from "../state";
import { locate } from "../vpc-place";
import type { JobsOptions, JobTwin } from "./job-gates";

const TYPE = "aws_scheduler_schedule";
const schedule = z.object({
  arn: z.string(),
  name: z.string(),
  group_name: z.string(),
  state: z.string(),
  target: blocks(
    z.object({
      ecs_parameters: blocks(
        z.object({
          task_definition_arn: z.string(),
          network_configuration: blocks(z.object({ subnets: texts, security_groups: texts })),
        }),
      ),
    }),
  ),
});

/**
 * Milliseconds between two starts, whatever the expression says: a rehearsal lasts minutes, not days. In such haste none is
 * started while the one before is still at work.
 */
const BETWEEN = 3_000;

/**
 * A schedule of one side: while it is enabled, it starts its task every few seconds.
 *
 * @throws Error when state has no such schedule, or it starts no ECS task
 */
export function scheduleTwin(
  name: string,
  gate: PartOf<"cutover">["schedules"][string]["target"],
  side: Side,
  { cloud, regions, states, regionOf: regionOfSide, onNotice }: JobsOptions,
): JobTwin {
  const region = regionOfSide[side];
  const found = resources(states, TYPE, schedule).find(
    ({ values }) =>
      values.name === gate.name && values.group_name === gate.group && regionOf(values.arn) === region,
  );
  const ecs = found?.values.target[0]?.ecs_parameters[0];
  const net = ecs?.network_configuration[0];
  if (!found || !ecs || !net)
    throw new Error(`schedule ${name}: no ${TYPE} ${gate.group}/${gate.name} of an ECS task in ${region}`);
  const task = {
    at: found.at,
    taskDefinitionArn: ecs.task_definition_arn,
    place: locate(states, found.at, net.subnets, net.security_groups),
  };
  const { arn } = found.values;
  const shifts = openShifts();
  const atWork = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const isOn = () => cloud.find(TYPE).find((one) => one.arn === arn)?.state === "ENABLED";
  const set = (state: "ENABLED" | "DISABLED") => {
    if (isOn() !== (state === "ENABLED")) cloud.update(TYPE, arn, { state });
  };
  const start = async () => {
    // A task is at work from the moment it is asked for.
    const asked = `${name} in ${region}, being started`;
    atWork.add(asked);
    const end = shifts.begin();
    try {
      const one = await regions.runOnce(task);
      atWork.add(one.name).delete(asked);
      await one.ended;
      atWork.delete(one.name);
    } finally {
      atWork.delete(asked);
      end();
    }
  };
  const tick = () => {
    if (isOn() && atWork.size === 0)
      start().catch((error: Error) => onNotice(`schedule ${name}: ${error.message}`));
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    isOn,
    turnOff() {
      set("DISABLED");
      stop();
    },
    turnOn() {
      set("ENABLED");
      timer ??= setInterval(tick, BETWEEN);
    },
    atWork: () => [...atWork],
    shifts: () => shifts.all(),
    stop,
  };
}
