import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import type { ContainerProps } from "./container";
import { limitName } from "./name-limit";
import type { INetwork } from "./network";
import { openTo, openToHttps, type Openings } from "./openings";
import { FargateTask } from "./task-definition";

/** What every kind of container has. */
export interface TaskProps {
  /** Name of cluster, service and task family. Changing it replaces them. */
  readonly name: string;
  readonly network: INetwork;
  /** Image with tag or digest; must be readable from this region when the other one is lost. */
  readonly image: string;
  /** CPU units, 1024 to a core. @default - 512 */
  readonly cpu?: number;
  /** MiB. @default - 1024 */
  readonly memory?: number;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** Variables besides `AWS_REGION`. Never a secret: they stand in the state. @default - none */
  readonly environment?: { readonly [name: string]: string };
  /** Variables whose values ECS reads from Secrets Manager: name to ARN, in this region. @default - none */
  readonly secrets?: { readonly [name: string]: string };
  /** Containers beside the one of the image; when one ends, all do. They share the task's CPU, memory and roles. @default - none */
  readonly sidecars?: readonly ContainerProps[];
  /** Databases of this region that the tasks talk to, by name; the rules in both security groups are made here. @default - none */
  readonly databases?: Openings;
  /** Caches of this region, as for databases. @default - none */
  readonly caches?: Openings;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
}

/** What the one container of a kind has besides. */
interface OwnContainer {
  readonly port?: number;
  readonly stopTimeout?: number;
}

/** Where one kind of task runs. */
interface TaskGround {
  readonly task: FargateTask;
  readonly group: SecurityGroup;
}

/** Makes what tasks of one kind stand on: task definition, log group, and a security group with its openings. */
export function taskGround(scope: Construct, props: TaskProps, own: OwnContainer = {}): TaskGround {
  const task = new FargateTask(scope, "task", {
    name: props.name,
    containers: [
      {
        name: props.name,
        image: props.image,
        command: props.command,
        environment: props.environment,
        secrets: props.secrets,
        ...own,
      },
      ...(props.sidecars ?? []),
    ],
    cpu: props.cpu ?? 512,
    memory: props.memory ?? 1024,
    taskRoleArn: props.taskRoleArn,
    executionRoleArn: props.executionRoleArn,
  });
  const group = new SecurityGroup(scope, "group", {
    name: `${props.name}-tasks`,
    description: `Tasks of ${props.name}`,
    vpcId: props.network.vpcId,
    tags: { Name: `${props.name}-tasks` },
  });
  openToHttps(scope, group.id);
  openTo(scope, group.id, "database", props.databases);
  openTo(scope, group.id, "cache", props.caches);
  return { task, group };
}

/** A cluster of its own for each kind of task: nothing is shared, so nothing can be taken down by a neighbour. */
export function taskCluster(scope: Construct, name: string): EcsCluster {
  return new EcsCluster(scope, "cluster", {
    name,
    setting: [{ name: "containerInsights", value: "enabled" }],
  });
}

/** Cluster, service, family and their log group take 255 characters; the security group's name has a suffix. */
const LONGEST_NAME = 249;

/** Has synth refuse a name that ECS would refuse. */
export function limitTaskName(scope: Construct, name: string): void {
  limitName(scope, name, {
    what: "task",
    longest: LONGEST_NAME,
    form: /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/,
    formInWords: "letters, digits, hyphens and underscores, first a letter or digit",
  });
}
