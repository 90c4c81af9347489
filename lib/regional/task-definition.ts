import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { containerDefinition, type ContainerProps } from "./container";
import { fargateSizeFault } from "./fargate-size";

export interface FargateTaskProps {
  /** Name of the family. */
  readonly name: string;
  /** What runs side by side; when one ends, all do. */
  readonly containers: readonly ContainerProps[];
  /** CPU units, 1024 to a core. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** What the application itself may do. */
  readonly taskRoleArn: string;
  /** What ECS may do to start it: pull the image, read the secrets, write the log. */
  readonly executionRoleArn: string;
}

const LOG_RETENTION_DAYS = 30;

/** Name of the log group of one kind of task: its execution role is made first and must name it. */
export const taskLogGroup = (name: string): string => `/ecs/${name}`;

/** A task definition for Fargate with its log group. */
export class FargateTask extends Construct {
  /** With the revision. */
  readonly arn: string;
  /** Without the revision: whoever starts this gets the newest. */
  readonly familyArn: string;
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
    const containers = props.containers.map((container) =>
      containerDefinition(container, { group: log.name, region: log.region }),
    );
    const definition = new EcsTaskDefinition(this, "definition", {
      family: props.name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(props.cpu),
      memory: String(props.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      taskRoleArn: props.taskRoleArn,
      executionRoleArn: props.executionRoleArn,
      volume: volumesOf(props.containers),
      containerDefinitions: Fn.jsonencode(containers.map(encodable)),
    });
    this.arn = definition.arn;
    this.familyArn = definition.arnWithoutRevision;
  }
}

/** What the containers mount: empty when a task starts, gone when it ends. */
function volumesOf(containers: readonly ContainerProps[]): { name: string }[] | undefined {
  const names = new Set(containers.flatMap(({ mounts = {} }) => Object.keys(mounts)));
  return names.size > 0 ? [...names].sort().map((name) => ({ name })) : undefined;
}

/**
 * What stands in a Terraform expression comes out as it was written: cdktf escapes line ends and "${", but neither quotes,
 * backslashes nor "%{". What is absent is left out: Terraform would write null, and see a difference to what ECS answers.
 */
function encodable(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/[\\"]/g, "\\$&").replaceAll("%{", "%%{");
  if (Array.isArray(value)) return value.map(encodable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, encodable(part)]),
  );
}
