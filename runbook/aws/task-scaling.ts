import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import { type AwsRegion, connect } from "./region";

/** A client of Application Auto Scaling in one region. */
export const autoScalingIn = (region: AwsRegion): ApplicationAutoScalingClient =>
  connect(ApplicationAutoScalingClient, region);

const ECS_TASKS = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** How many tasks a service may have, and whether that is heeded now. */
export interface TaskScaling {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Neither alarms nor plans lower the number of tasks. */
  readonly kept: boolean;
}

/**
 * Looks for the scaling of a service.
 *
 * Needs `application-autoscaling:DescribeScalableTargets`.
 *
 * @param resourceId such as `service/storefront/web`
 * @returns undefined when it has none
 */
export async function findScaling(
  autoScaling: ApplicationAutoScalingClient,
  resourceId: string,
): Promise<TaskScaling | undefined> {
  const { ScalableTargets } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ...ECS_TASKS, ResourceIds: [resourceId] }),
  );
  const [found] = ScalableTargets ?? [];
  if (!found) return undefined;
  const { SuspendedState: state } = found;
  return {
    minTasks: found.MinCapacity ?? 0,
    maxTasks: found.MaxCapacity ?? 0,
    kept: Boolean(state?.DynamicScalingInSuspended && state.ScheduledScalingSuspended),
  };
}

/** As `findScaling`. @throws Error when the service has none */
export async function readScaling(
  autoScaling: ApplicationAutoScalingClient,
  resourceId: string,
): Promise<TaskScaling> {
  const found = await findScaling(autoScaling, resourceId);
  if (found) return found;
  throw new Error(
    `${await autoScaling.config.region()}: scaling of ${resourceId}: none, expected a scalable target; ` +
      "deploy the stack it belongs to, or correct the manifest",
  );
}

/**
 * Keeps alarms and plans from lowering the number of tasks, or lets them again. They may still raise it; the least and the
 * most stay.
 *
 * Needs `application-autoscaling:DescribeScalableTargets` and `RegisterScalableTarget`.
 */
export async function setKept(
  autoScaling: ApplicationAutoScalingClient,
  resourceId: string,
  kept: boolean,
): Promise<void> {
  await change(autoScaling, resourceId, {
    SuspendedState: {
      DynamicScalingInSuspended: kept,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: kept,
    },
  });
}

/**
 * Sets the least and the most tasks of a service. Both 0 stop it: Auto Scaling sets the number of tasks to the most when
 * it is above (Application Auto Scaling API reference, "RegisterScalableTarget"), also while it is kept.
 *
 * Needs `application-autoscaling:DescribeScalableTargets` and `RegisterScalableTarget`.
 */
export async function setTaskLimits(
  autoScaling: ApplicationAutoScalingClient,
  resourceId: string,
  { minTasks, maxTasks }: Pick<TaskScaling, "minTasks" | "maxTasks">,
): Promise<void> {
  await change(autoScaling, resourceId, { MinCapacity: minTasks, MaxCapacity: maxTasks });
}

/** What is left out stays as it is; but a target that does not exist would be made. */
async function change(
  autoScaling: ApplicationAutoScalingClient,
  resourceId: string,
  changed: Partial<RegisterScalableTargetCommandInput>,
): Promise<void> {
  await readScaling(autoScaling, resourceId);
  await autoScaling.send(
    new RegisterScalableTargetCommand({ ...ECS_TASKS, ResourceId: resourceId, ...changed }),
  );
}
