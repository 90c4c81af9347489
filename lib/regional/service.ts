import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { IDatabase } from "./database";
import { LoadBalancer } from "./load-balancer";
import type { INetwork } from "./network";
import { FargateTask } from "./task-definition";
import { tcpPort } from "./tcp-port";

/** A web service of one region behind its own load balancer. An existing one is described by writing these fields down. */
export interface IService {
  readonly clusterName: string;
  readonly serviceName: string;
  /** Name of the load balancer, for the origin's alias record. */
  readonly loadBalancerDnsName: string;
  /** Hosted zone of the load balancer's name, for the same record. */
  readonly loadBalancerZoneId: string;
  /** The HTTPS listener, to hang further rules on. */
  readonly listenerArn: string;
  /** Group of the tasks. */
  readonly securityGroupId: string;
}

export interface ServiceProps {
  /** Name of cluster, service, task family and load balancer; 26 characters at most. Changing it replaces them all. */
  readonly name: string;
  readonly network: INetwork;
  /** Image with tag or digest; must be readable from this region when the other one is lost. */
  readonly image: string;
  /** Port the container listens on; it is told by the variable `PORT`. */
  readonly port: number;
  /** Path that answers 200 as long as the task can serve; should not depend on the database, which may be held. */
  readonly healthCheckPath: string;
  /** Tasks to start with, and the least that autoscaling leaves. */
  readonly tasks: number;
  /** The most that autoscaling starts. @default - four times `tasks` */
  readonly maxTasks?: number;
  /** CPU units, 1024 to a core. @default - 512 */
  readonly cpu?: number;
  /** MiB. @default - 1024 */
  readonly memory?: number;
  /** Variables besides `PORT` and `AWS_REGION`. Never a secret: they stand in the state. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Variables whose values ECS reads from Secrets Manager: name to ARN, in this region. @default - none */
  readonly secrets?: { readonly [name: string]: string };
  /** Databases of this region that the tasks talk to, by name; the rules in both security groups are made here. @default - none */
  readonly databases?: { readonly [name: string]: IDatabase };
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  /** ARN of the issued certificate for the origin's name, in this region. */
  readonly certificateArn: string;
}

const TARGET_CPU_PERCENT = 60;

/**
 * A web service on Fargate behind a load balancer that only CloudFront reaches.
 *
 * A deployment whose tasks do not become healthy is taken back by ECS. The number of tasks belongs to autoscaling after
 * the first deployment, so Terraform shows no drift when it moves.
 *
 * Cost: tasks by the second, the load balancer by the hour, logs, container insights.
 */
export class Service extends Construct implements IService {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly loadBalancerDnsName: string;
  readonly loadBalancerZoneId: string;
  readonly listenerArn: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const balancer = new LoadBalancer(this, "load-balancer", { ...props });
    const task = new FargateTask(this, "task", {
      name: props.name,
      image: props.image,
      port: props.port,
      cpu: props.cpu ?? 512,
      memory: props.memory ?? 1024,
      environment: { PORT: String(props.port), ...props.environment },
      secrets: props.secrets ?? {},
      taskRoleArn: props.taskRoleArn,
      executionRoleArn: props.executionRoleArn,
    });
    const group = new SecurityGroup(this, "group", {
      name: `${props.name}-tasks`,
      description: `Tasks of ${props.name}`,
      vpcId: props.network.vpcId,
      tags: { Name: `${props.name}-tasks` },
    });
    openToLoadBalancer(this, group.id, props);
    openToTheWorld(this, group.id);
    for (const [name, database] of Object.entries(props.databases ?? {})) {
      openToDatabase(this, group.id, name, database);
    }

    const cluster = new EcsCluster(this, "cluster", {
      name: props.name,
      setting: [{ name: "containerInsights", value: "enabled" }],
    });
    const service = new EcsService(this, "service", {
      name: props.name,
      cluster: cluster.arn,
      taskDefinition: task.arn,
      desiredCount: props.tasks,
      launchType: "FARGATE",
      networkConfiguration: {
        subnets: props.network.privateSubnetIds,
        securityGroups: [group.id],
        assignPublicIp: false,
      },
      loadBalancer: [
        {
          targetGroupArn: balancer.targetGroupArn,
          containerName: task.containerName,
          containerPort: props.port,
        },
      ],
      healthCheckGracePeriodSeconds: 60,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      lifecycle: { ignoreChanges: ["desired_count"] },
      // ECS refuses a target group that no listener uses yet.
      dependsOn: [balancer.listener],
    });
    scaleByCpu(this, cluster.name, service.name, props);

    this.clusterName = cluster.name;
    this.serviceName = service.name;
    this.loadBalancerDnsName = balancer.dnsName;
    this.loadBalancerZoneId = balancer.zoneId;
    this.listenerArn = balancer.listener.arn;
    this.securityGroupId = group.id;
  }
}

function openToLoadBalancer(service: Service, groupId: string, props: ServiceProps): void {
  const port = tcpPort(props.port);
  const balancerGroupId = props.network.loadBalancerSecurityGroupId;
  new VpcSecurityGroupEgressRule(service, "load-balancer-to-tasks", {
    ...port,
    securityGroupId: balancerGroupId,
    referencedSecurityGroupId: groupId,
    description: `To the tasks of ${props.name}`,
  });
  new VpcSecurityGroupIngressRule(service, "tasks-from-load-balancer", {
    ...port,
    securityGroupId: groupId,
    referencedSecurityGroupId: balancerGroupId,
    description: "From the load balancer",
  });
}

/** Images, secrets, logs and whatever AWS API the application calls; TLS only. */
function openToTheWorld(service: Service, groupId: string): void {
  new VpcSecurityGroupEgressRule(service, "tasks-to-https", {
    securityGroupId: groupId,
    cidrIpv4: "0.0.0.0/0",
    ...tcpPort(443),
    description: "HTTPS to AWS and partners",
  });
}

function openToDatabase(service: Service, groupId: string, name: string, database: IDatabase): void {
  const port = tcpPort(database.port);
  new VpcSecurityGroupEgressRule(service, `tasks-to-${name}`, {
    ...port,
    securityGroupId: groupId,
    referencedSecurityGroupId: database.securityGroupId,
    description: `To the database ${name}`,
  });
  new VpcSecurityGroupIngressRule(service, `${name}-from-tasks`, {
    ...port,
    securityGroupId: database.securityGroupId,
    referencedSecurityGroupId: groupId,
    description: `From the tasks of ${service.node.id}`,
  });
}

function scaleByCpu(service: Service, clusterName: string, serviceName: string, props: ServiceProps): void {
  const target = new AppautoscalingTarget(service, "scaling", {
    serviceNamespace: "ecs",
    resourceId: `service/${clusterName}/${serviceName}`,
    scalableDimension: "ecs:service:DesiredCount",
    minCapacity: props.tasks,
    maxCapacity: props.maxTasks ?? 4 * props.tasks,
  });
  new AppautoscalingPolicy(service, "scale-by-cpu", {
    name: `${props.name}-cpu`,
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
