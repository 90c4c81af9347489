import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { scaleByCpu, scalingTarget } from "./autoscaling";
import { type ExistingServiceProps, type IService, runService } from "./ecs-service";
import type { ILoadBalancer } from "./load-balancer";
import { KEPT_OF_TARGET_GROUP, nameOfTargetGroup } from "./load-balancer-adoption";
import { limitName } from "./name-limit";
import { EVERY_PATH, pathRules } from "./path-rules";
import { taskGround, type TaskProps } from "./task-ground";
import { tcpPort } from "./tcp-port";

export type { ExistingServiceProps, IService } from "./ecs-service";

export interface ServiceProps extends TaskProps {
  /** The region's load balancer. */
  readonly loadBalancer: ILoadBalancer;
  /**
   * Path patterns it answers, such as `/api/*`; the longer a pattern, the sooner it is asked.
   *
   * @default - whatever no other service on the load balancer answers
   */
  readonly paths?: readonly string[];
  /** Port the container listens on; it is told by the variable `PORT`. */
  readonly port: number;
  /** Path that answers 200 as long as the task can serve; should not depend on the database, which may be held. */
  readonly healthCheckPath: string;
  /** Tasks to start with, and the least that autoscaling leaves: the standby side's may be fewer. */
  readonly tasks: number;
  /** The most that autoscaling starts. @default - four times `tasks` */
  readonly maxTasks?: number;
  /**
   * Id of one that exists and is managed here from now on: names of cluster and service, such as `shop/web`. It must run
   * by launch type on Fargate. It keeps both names; all else of it is changed in place, the load balancer too: requests
   * reach it through `loadBalancer` alone from then on.
   *
   * @default - a new one
   */
  readonly importId?: string;
  /**
   * ARN of the target group that its requests go through today, and that is managed here from now on: for one whose load
   * balancer is adopted, so that nobody waits for tasks to register anew. It must take targets by IP address; its name and
   * port stay what they are.
   *
   * @default - a new one
   */
  readonly targetGroupImportId?: string;
}

/** The target group's name is the service's with the port behind it; AWS takes 32 characters. */
export const LONGEST_SERVICE_NAME = 26;

/**
 * A web service on Fargate behind the region's load balancer.
 *
 * Adding or removing one moves no rule of the others. `tasks` and `maxTasks` change in place, at any time.
 *
 * Cost: tasks by the second, logs, container insights.
 */
export class Service extends Construct implements IService {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly securityGroupId: string;
  readonly behind: { readonly loadBalancerArn: string; readonly targetGroupArn: string };

  /** A web service that is managed elsewhere: nothing of it is read or changed here. */
  static fromExisting(_scope: Construct, _id: string, props: ExistingServiceProps): IService {
    return { ...props };
  }

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "service",
      longest: LONGEST_SERVICE_NAME,
      form: /^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/,
      formInWords: "letters, digits and single hyphens, first and last no hyphen",
    });
    const environment = { PORT: String(props.port), ...props.environment };
    const { task, group } = taskGround(this, { ...props, environment }, { port: props.port });
    openToLoadBalancer(this, group.id, props);
    const targets = targetGroup(this, props);
    const rules = pathRules(this, {
      listenerArn: props.loadBalancer.listenerArn,
      service: props.name,
      targetGroupArn: targets.arn,
      patterns: props.paths ?? [EVERY_PATH],
    });
    const { clusterName, service } = runService(
      this,
      { ...props, taskDefinition: task.arn, securityGroupId: group.id, desiredCount: props.tasks },
      {
        loadBalancer: [{ targetGroupArn: targets.arn, containerName: props.name, containerPort: props.port }],
        healthCheckGracePeriodSeconds: 60,
        // ECS refuses a target group that no listener uses yet.
        dependsOn: rules,
      },
    );
    const target = scalingTarget(this, clusterName, service.name, {
      min: props.tasks,
      max: props.maxTasks ?? 4 * props.tasks,
    });
    scaleByCpu(this, props.name, target);

    this.clusterName = clusterName;
    this.serviceName = service.name;
    this.securityGroupId = group.id;
    this.behind = { loadBalancerArn: props.loadBalancer.arn, targetGroupArn: targets.arn };
  }
}

function targetGroup(
  service: Service,
  { name, network, port, healthCheckPath, targetGroupImportId: adopted }: ServiceProps,
): LbTargetGroup {
  const group = new LbTargetGroup(service, "targets", {
    // The port stands in the name because changing it replaces the group, while the rules still hold the old one.
    name: adopted === undefined ? `${name}-${port}` : nameOfTargetGroup(adopted),
    vpcId: network.vpcId,
    targetType: "ip",
    // TLS ends at the load balancer; the way on stays inside the VPC.
    protocol: "HTTP",
    port,
    loadBalancingAlgorithmType: "least_outstanding_requests",
    // Seconds a task that is going away may finish its requests; AWS's default of 300 makes every deployment wait.
    deregistrationDelay: "30",
    healthCheck: {
      path: healthCheckPath,
      matcher: "200",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    lifecycle:
      adopted === undefined
        ? { createBeforeDestroy: true }
        : { ignoreChanges: KEPT_OF_TARGET_GROUP, preventDestroy: true },
  });
  if (adopted !== undefined) group.importFrom(adopted);
  return group;
}

function openToLoadBalancer(
  service: Service,
  groupId: string,
  { name, loadBalancer, port }: ServiceProps,
): void {
  new VpcSecurityGroupEgressRule(service, "load-balancer-to-tasks", {
    ...tcpPort(port),
    securityGroupId: loadBalancer.securityGroupId,
    referencedSecurityGroupId: groupId,
    description: `To the tasks of ${name}`,
  });
  new VpcSecurityGroupIngressRule(service, "tasks-from-load-balancer", {
    ...tcpPort(port),
    securityGroupId: groupId,
    referencedSecurityGroupId: loadBalancer.securityGroupId,
    description: "From the load balancer",
  });
}
