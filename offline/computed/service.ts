import {
  ACCOUNT,
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
const logGroupArn: Rule = (made) => regionalArn("logs", made, `log-group:${nameOf(made)}`);
const scalable =
  (kind: string): Rule =>
  (made) =>
    regionalArn("application-autoscaling", made, `${kind}/${digits(made, kind, 12)}`);

/** ECS, its autoscaling, logs, alarms, queues and tables. */
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
  aws_cloudwatch_log_group: {
    id: nameOf,
    name: nameOf,
    arn: logGroupArn,
    log_group_class: always("STANDARD"),
  },
  aws_cloudwatch_metric_alarm: {
    id: nameOf,
    arn: (made) => regionalArn("cloudwatch", made, `alarm:${nameOf(made)}`),
  },
  aws_cloudwatch_dashboard: {
    id: nameOf,
    dashboard_arn: (made) => globalArn("cloudwatch", `dashboard/${nameOf(made)}`),
  },
  aws_dynamodb_table: { id: nameOf, arn: (made) => regionalArn("dynamodb", made, `table/${nameOf(made)}`) },
  aws_sns_topic: {
    id: (made) => regionalArn("sns", made, nameOf(made)),
    arn: (made) => regionalArn("sns", made, nameOf(made)),
    name: nameOf,
  },
  aws_sqs_queue: {
    id: (made) => `https://sqs.${made.region}.amazonaws.com/${ACCOUNT}/${nameOf(made)}`,
    url: (made) => `https://sqs.${made.region}.amazonaws.com/${ACCOUNT}/${nameOf(made)}`,
    arn: (made) => regionalArn("sqs", made, nameOf(made)),
    name: nameOf,
  },
  aws_ecr_repository: {
    id: nameOf,
    arn: (made) => regionalArn("ecr", made, `repository/${nameOf(made)}`),
    registry_id: always(ACCOUNT),
    repository_url: (made) => `${ACCOUNT}.dkr.ecr.${made.region}.amazonaws.com/${nameOf(made)}`,
  },
};
