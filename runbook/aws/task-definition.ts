import { DescribeTaskDefinitionCommand, type ECSClient } from "@aws-sdk/client-ecs";

/** What a task definition runs. Values of its environment may be secret by somebody's mistake: never print them. */
export interface TaskDefinition {
  readonly arn: string;
  /** CPU units and MiB of the task, as ECS writes them. */
  readonly cpu: string;
  readonly memory: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    /** Variable to the ARN of its secret or parameter. */
    readonly secrets: Readonly<Record<string, string>>;
    /** Such as `awslogs`. @default - none */
    readonly logDriver?: string;
    /** @default - its lines do not go to CloudWatch Logs */
    readonly log?: { readonly group: string; readonly streamPrefix: string };
  }[];
}

/** Describes a task definition. Needs `ecs:DescribeTaskDefinition`, for which AWS knows no resources. */
export async function describeTaskDefinition(ecs: ECSClient, arn: string): Promise<TaskDefinition> {
  const { taskDefinition: found } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
  );
  if (!found) throw new Error(`${await ecs.config.region()}: task definition ${arn}: ECS gave none`);
  return {
    arn: found.taskDefinitionArn ?? arn,
    cpu: found.cpu ?? "",
    memory: found.memory ?? "",
    containers: (found.containerDefinitions ?? []).map((container) => ({
      name: container.name ?? "",
      image: container.image ?? "",
      command: container.command ?? [],
      environment: Object.fromEntries(
        (container.environment ?? []).map(({ name, value }) => [name ?? "", value ?? ""]),
      ),
      secrets: Object.fromEntries(
        (container.secrets ?? []).map(({ name, valueFrom }) => [name ?? "", valueFrom ?? ""]),
      ),
      logDriver: container.logConfiguration?.logDriver,
      log: logOf(container.logConfiguration?.options),
    })),
  };
}

function logOf(options: Readonly<Record<string, string>> = {}) {
  const { "awslogs-group": group, "awslogs-stream-prefix": streamPrefix } = options;
  return group !== undefined && streamPrefix !== undefined ? { group, streamPrefix } : undefined;
}

/**
 * Places of a task definition in which a region's name stands (B10), such as `web: environment QUEUE_URL`. Pure; tells
 * where, never what.
 *
 * @param region whose name is looked for
 */
export function regionLiterals({ containers }: TaskDefinition, region: string): string[] {
  const names = (text: string) => new RegExp(`(^|[^a-z0-9-])${region}([^0-9]|$)`).test(text);
  return containers.flatMap(({ name, image, command, environment, secrets }) => [
    ...(names(image) ? [`${name}: image`] : []),
    ...(command.some(names) ? [`${name}: command`] : []),
    ...Object.entries(environment).flatMap(([key, value]) =>
      names(value) ? [`${name}: environment ${key}`] : [],
    ),
    ...Object.entries(secrets).flatMap(([key, value]) => (names(value) ? [`${name}: secret ${key}`] : [])),
  ]);
}
