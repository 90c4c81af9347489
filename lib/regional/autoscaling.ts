import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { Construct } from "constructs";

const TARGET_CPU_PERCENT = 60;

/** Puts the number of a service's tasks between two bounds, in whole tasks. */
export function scalingTarget(
  scope: Construct,
  clusterName: string,
  serviceName: string,
  bounds: { readonly min: number; readonly max: number },
): AppautoscalingTarget {
  return new AppautoscalingTarget(scope, "scaling", {
    serviceNamespace: "ecs",
    resourceId: `service/${clusterName}/${serviceName}`,
    scalableDimension: "ecs:service:DesiredCount",
    minCapacity: bounds.min,
    maxCapacity: bounds.max,
  });
}

/** Has the number of tasks follow their processors' load. */
export function scaleByCpu(scope: Construct, name: string, target: AppautoscalingTarget): void {
  new AppautoscalingPolicy(scope, "scale-by-cpu", {
    name: `${name}-cpu`,
    policyType: "TargetTrackingScaling",
    serviceNamespace: target.serviceNamespace,
    resourceId: target.resourceId,
    scalableDimension: target.scalableDimension,
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: TARGET_CPU_PERCENT,
      // Out at once, in slowly: a region that has just taken over must not be made smaller by a lull.
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
    },
  });
}
