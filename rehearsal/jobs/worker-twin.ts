import { z } from "zod";
import type { PartOf } from "../../lib/manifest";
import type { Side } from "../../runbook/side";
import { regionOf } from "../state";
import type { JobsOptions, JobTwin } from "./job-gates";

const TYPE = "aws_appautoscaling_target";
const scalableTarget = z.object({
  arn: z.string(),
  resource_id: z.string(),
  min_capacity: z.number(),
  max_capacity: z.number(),
});

/**
 * A worker of one side: as many tasks as the scalable target's least, as Auto Scaling sees to at once.
 *
 * @throws Error when state has no such scalable target or service
 */
export function workerTwin(
  name: string,
  gate: PartOf<"cutover">["workers"][string]["target"],
  side: Side,
  { cloud, regions, regionOf: regionOfSide, onNotice }: JobsOptions,
): JobTwin {
  const region = regionOfSide[side];
  const [, , serviceName] = gate.resourceId.split("/");
  const service = regions.services.find((one) => one.name === serviceName && one.place.region === region);
  if (!service)
    throw new Error(`worker ${name}: no service ${gate.resourceId} in ${region} in the applied state`);
  const held = () => {
    const found = cloud
      .find(TYPE)
      .filter((one) => one.resource_id === gate.resourceId)
      .map((one) => scalableTarget.parse(one))
      .find(({ arn }) => regionOf(arn) === region);
    if (!found) throw new Error(`worker ${name}: no ${TYPE} ${gate.resourceId} in ${region}`);
    return found;
  };
  const bound = (min: number, max: number) => {
    const { arn, min_capacity, max_capacity } = held();
    if (min_capacity !== min || max_capacity !== max)
      cloud.update(TYPE, arn, { min_capacity: min, max_capacity: max });
    // Auto Scaling answers before the tasks have come or gone.
    service.scale(min).catch((error: Error) => onNotice(`worker ${name}: ${error.message}`));
  };
  held();
  return {
    isOn: () => held().max_capacity > 0,
    turnOff: () => bound(0, 0),
    turnOn: () => bound(gate.minTasks, gate.maxTasks),
    atWork: () => service.atWork,
    shifts: () => service.shifts,
    stop: () => undefined,
  };
}
