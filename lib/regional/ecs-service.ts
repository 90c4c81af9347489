import { DataAwsEcsCluster } from "@cdktf/provider-aws/lib/data-aws-ecs-cluster";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService, type EcsServiceConfig } from "@cdktf/provider-aws/lib/ecs-service";
import type { Construct } from "constructs";
import type { INetwork } from "./network";
import { taskCluster } from "./task-ground";

/** A service of one region that keeps tasks running: web and worker alike. */
export interface IService {
  readonly clusterName: string;
  readonly serviceName: string;
  /** Group of the tasks. */
  readonly securityGroupId: string;
  /** What hands it requests, for its alarms. @default - nothing does, or nothing known here */
  readonly behind?: { readonly loadBalancerArn: string; readonly targetGroupArn: string };
}

/** A service that is managed elsewhere, described by what it is called. */
export interface ExistingServiceProps {
  readonly clusterName: string;
  readonly serviceName: string;
  /** The group of its tasks, that rules to what they need are added to. */
  readonly securityGroupId: string;
}

interface RunningProps {
  readonly name: string;
  readonly network: INetwork;
  readonly taskDefinition: string;
  readonly securityGroupId: string;
  /** Tasks to start with; the number belongs to autoscaling afterwards. */
  readonly desiredCount: number;
  readonly importId?: string;
}

/** The names a service ends up with, and its cluster's. */
export interface Running {
  readonly clusterName: string;
  readonly service: EcsService;
}

/**
 * Keeps tasks of a definition running on Fargate.
 *
 * A deployment whose tasks do not become healthy is taken back by ECS. The number of tasks belongs to autoscaling after
 * the first deployment, so Terraform shows no drift when it moves.
 *
 * An adopted service stays in its cluster, which goes on being managed elsewhere: ECS moves no service between clusters.
 */
export function runService(
  scope: Construct,
  props: RunningProps,
  more: Partial<EcsServiceConfig> = {},
): Running {
  const [adoptedCluster, adoptedName] = props.importId?.split("/") ?? [];
  const cluster =
    adoptedCluster === undefined
      ? clusterOf(taskCluster(scope, props.name))
      : clusterOf(new DataAwsEcsCluster(scope, "cluster", { clusterName: adoptedCluster }));
  const service = new EcsService(scope, "service", {
    name: adoptedName ?? props.name,
    cluster: cluster.arn,
    taskDefinition: props.taskDefinition,
    desiredCount: props.desiredCount,
    launchType: "FARGATE",
    networkConfiguration: {
      subnets: props.network.privateSubnetIds,
      securityGroups: [props.securityGroupId],
      assignPublicIp: false,
    },
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    enableExecuteCommand: false,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    // What is adopted must never be replaced: that would be a new service, and the old one's end.
    lifecycle: {
      ignoreChanges: ["desired_count"],
      preventDestroy: props.importId !== undefined || undefined,
    },
    ...more,
  });
  if (props.importId !== undefined) {
    service.importFrom(props.importId);
    scope.node.addValidation({ validate: () => importFaults(scope, props.importId!) });
  }
  return { clusterName: cluster.name, service };
}

const clusterOf = (cluster: EcsCluster | DataAwsEcsCluster) => ({
  arn: cluster.arn,
  name: cluster instanceof EcsCluster ? cluster.name : cluster.clusterName,
});

function importFaults(scope: Construct, importId: string): string[] {
  if (/^[^/]+\/[^/]+$/.test(importId)) return [];
  return [
    `${scope.node.path}: importId: found "${importId}", expected the names of cluster and service with a slash between ` +
      `them, such as shop/web. Fix: change "importId".`,
  ];
}
