import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { scaleByCpu, scalingTarget } from "../regional/autoscaling";
import type { IService } from "../regional/ecs-service";

/** Which worker runs on the active side, with how many tasks. */
export interface WorkerGateProps {
  readonly worker: IService;
  /** Tasks while this side is active, at least. */
  readonly minTasks: number;
  /** The most that autoscaling starts while this side is active. */
  readonly maxTasks: number;
  /** Terraform expression: true while this side is active. */
  readonly active: string;
}

/**
 * Lets a worker run on the active side only (B6): both bounds of its tasks' number are 0 on the other one.
 *
 * Autoscaling acts on a bound at once, when it is set as when it is changed, with a scaling policy or without: a raised
 * minimum starts tasks, a lowered maximum stops them (SIGTERM first). Source: Application Auto Scaling API reference,
 * RegisterScalableTarget: "it changes the resource's current capacity to a value that is inside of this range". A bound of
 * 0 is allowed for ECS services (same place).
 *
 * Turning both sides in one apply is not a fence: Terraform changes them in no particular order, and a job may run for
 * as long as its grace on the side that was left. Where a job must not meet its twin, stop the workers first, as the
 * runbook does.
 *
 * Cost: none but the tasks; two CloudWatch alarms when `maxTasks` is above `minTasks`.
 */
export class WorkerGate extends Construct {
  /** Scalable target, such as `service/storefront-mailer/storefront-mailer`. */
  readonly resourceId: string;

  constructor(scope: Construct, id: string, { worker, minTasks, maxTasks, active }: WorkerGateProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => faults(this.node.path, minTasks, maxTasks) });
    const whileActive = (tasks: number) => Token.asNumber(Fn.conditional(active, tasks, 0));
    const target = scalingTarget(this, worker.clusterName, worker.serviceName, {
      min: whileActive(minTasks),
      max: whileActive(maxTasks),
    });
    if (maxTasks > minTasks) scaleByCpu(this, worker.serviceName, target);
    this.resourceId = target.resourceId;
  }
}

function faults(path: string, minTasks: number, maxTasks: number): string[] {
  if (Number.isInteger(minTasks) && Number.isInteger(maxTasks) && minTasks > 0 && maxTasks >= minTasks)
    return [];
  return [
    `${path}: found ${minTasks} to ${maxTasks} tasks, expected whole numbers, 1 or more, the second not below the first. ` +
      `Fix: change "minTasks" or "maxTasks".`,
  ];
}
