import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { fargateSizeFault } from "./fargate-size";

export interface FargateTaskProps {
  /** Family and name of the container. */
  readonly name: string;
  readonly image: string;
  /** Port the container listens on. @default - none */
  readonly port?: number;
  /** CPU units, 1024 to a core. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly environment: { readonly [name: string]: string };
  /** Variables whose values ECS reads at the start: name to secret ARN, in the task's own region. */
  readonly secrets: { readonly [name: string]: string };
  /** What the application itself may do. */
  readonly taskRoleArn: string;
  /** What ECS may do to start it: pull the image, read the secrets, write the log. */
  readonly executionRoleArn: string;
}

const LOG_RETENTION_DAYS = 30;

/** Name of the log group of a service or of the runner: its execution role is made first and must name it. */
export const taskLogGroup = (name: string): string => `/ecs/${name}`;

/** A task definition for Fargate with one container and its log group. */
export class FargateTask extends Construct {
  readonly arn: string;
  readonly containerName: string;
  /** The region, as Terraform learns it from the provider. */
  readonly region: string;

  constructor(scope: Construct, id: string, props: FargateTaskProps) {
    super(scope, id);
    this.node.addValidation({
      validate: () => {
        const fault = fargateSizeFault(props.cpu, props.memory);
        return fault ? [`${this.node.path}: ${fault}. Fix: change "cpu" or "memory".`] : [];
      },
    });
    const log = new CloudwatchLogGroup(this, "log", {
      name: taskLogGroup(props.name),
      retentionInDays: LOG_RETENTION_DAYS,
    });
    this.region = log.region;
    this.containerName = props.name;
    const container = {
      name: props.name,
      image: props.image,
      essential: true,
      ...(props.port === undefined
        ? {}
        : { portMappings: [{ containerPort: props.port, hostPort: props.port, protocol: "tcp" }] }),
      environment: sorted({ AWS_REGION: this.region, ...props.environment }).map(([name, value]) => ({
        name,
        value,
      })),
      secrets: sorted(props.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": log.name,
          "awslogs-region": this.region,
          "awslogs-stream-prefix": props.name,
        },
      },
    };
    this.arn = new EcsTaskDefinition(this, "definition", {
      family: props.name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(props.cpu),
      memory: String(props.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      taskRoleArn: props.taskRoleArn,
      executionRoleArn: props.executionRoleArn,
      containerDefinitions: Fn.jsonencode([container]),
    }).arn;
  }
}

/** The order in which a workload happens to name its variables must not make a new revision. */
function sorted(variables: { readonly [name: string]: string }): [string, string][] {
  return Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
}
