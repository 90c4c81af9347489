import { textOf } from "../value";
import {
  always,
  argument,
  digits,
  globalArn,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
} from "./made";

/** The next revision of a family: deregistered ones keep their number, so it only ever grows. */
function revision(made: Made): number {
  const earlier = made.cloud
    .findEver("aws_ecs_task_definition")
    .filter((one) => one.family === made.values.family && one.region === made.region)
    .map((one) => (typeof one.revision === "number" ? one.revision : 0));
  return Math.max(0, ...earlier) + 1;
}

const familyArn = (made: Made) => regionalArn("ecs", made, `task-definition/${argument(made, "family")}`);

const clusterName = (made: Made) => argument(made, "cluster").split("/").pop() || "default";
const serviceArn: Rule = (made) => regionalArn("ecs", made, `service/${clusterName(made)}/${nameOf(made)}`);
const clusterArn: Rule = (made) => regionalArn("ecs", made, `cluster/${nameOf(made)}`);
const schedulePath = (made: Made) => `${argument(made, "group_name") || "default"}/${nameOf(made)}`;
const namespaceId = (made: Made) => `ns-${made.digest.slice(0, 16)}`;
const discoveryId = (made: Made) => `srv-${made.digest.slice(0, 16)}`;
const scalable =
  (kind: string): Rule =>
  (made) =>
    regionalArn("application-autoscaling", made, `${kind}/${digits(made, kind, 12)}`);

/** ECS, its autoscaling, its names in Cloud Map, and schedules. */
export const SERVICE: Rules = {
  aws_ecs_cluster: { id: clusterArn, arn: clusterArn },
  aws_ecs_cluster_capacity_providers: { id: sameAs("cluster_name") },
  aws_ecs_service: {
    id: serviceArn,
    arn: serviceArn,
    platform_version: always("LATEST"),
    availability_zone_rebalancing: always("ENABLED"),
    launch_type: always("FARGATE"),
  },
  aws_ecs_task_definition: {
    id: sameAs("family"),
    revision,
    arn: (made) => `${familyArn(made)}:${revision(made)}`,
    arn_without_revision: familyArn,
    network_mode: always("bridge"),
  },
  aws_appautoscaling_target: {
    id: sameAs("resource_id"),
    arn: scalable("scalable-target"),
    role_arn: always(
      globalArn(
        "iam",
        "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
      ),
    ),
  },
  aws_appautoscaling_policy: {
    id: nameOf,
    arn: (made) =>
      regionalArn(
        "autoscaling",
        made,
        `scalingPolicy:${digits(made, "policy", 12)}:policyName/${nameOf(made)}`,
      ),
  },
  aws_appautoscaling_scheduled_action: {
    id: (made) => ["service_namespace", "resource_id", "name"].map((name) => argument(made, name)).join("-"),
    arn: (made) =>
      regionalArn(
        "autoscaling",
        made,
        `scheduledAction:${digits(made, "action", 12)}:scheduledActionName/${nameOf(made)}`,
      ),
  },
  aws_scheduler_schedule_group: {
    id: nameOf,
    name: nameOf,
    arn: (made) => regionalArn("scheduler", made, `schedule-group/${nameOf(made)}`),
    state: always("ACTIVE"),
  },
  aws_scheduler_schedule: {
    id: schedulePath,
    name: nameOf,
    group_name: always("default"),
    action_after_completion: always("NONE"),
    arn: (made) => regionalArn("scheduler", made, `schedule/${schedulePath(made)}`),
  },
  aws_service_discovery_private_dns_namespace: {
    id: namespaceId,
    arn: (made) => regionalArn("servicediscovery", made, `namespace/${namespaceId(made)}`),
    hosted_zone: (made) => `Z${digits(made, "zone", 19).toUpperCase()}`,
  },
  aws_service_discovery_service: {
    id: discoveryId,
    arn: (made) => regionalArn("servicediscovery", made, `service/${discoveryId(made)}`),
    type: always("DNS"),
    namespace_id: (made) => {
      const dns = Array.isArray(made.values.dns_config) ? made.values.dns_config[0] : undefined;
      return textOf(dns, "namespace_id") ?? "";
    },
  },
};
