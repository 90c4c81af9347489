import {
  DescribeTasksCommand,
  type ECSClient,
  RunTaskCommand,
  StopTaskCommand,
  type TaskOverride,
} from "@aws-sdk/client-ecs";

export interface TaskRequest {
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** What runs instead of what the task definition says. */
  readonly override: {
    readonly container: string;
    readonly command: readonly string[];
    /** Variables beside those of the task definition. It is shown to whoever may describe the task: never a secret. */
    readonly environment: Readonly<Record<string, string>>;
  };
  /** At most 64 letters, digits, `-` and `_`: the same again starts nothing and gives the same task. */
  readonly token: string;
}

/** A task, by the names ECS has for it. */
export interface TaskName {
  readonly cluster: string;
  readonly arn: string;
}

/** How a one-off task of one container stands. */
export interface OneOffTask {
  /** As ECS writes it, such as `PENDING`, `RUNNING` or `STOPPED`; a new task is not listed everywhere at once. */
  readonly status: string;
  /** @default - it has not ended, or its container never began */
  readonly exitCode?: number;
  /** Why it was stopped, or never began. @default - ECS says nothing */
  readonly reason?: string;
}

/** As many characters as ECS takes of overrides (ECS API reference, "TaskOverride"). */
const LONGEST_OVERRIDES = 8192;

/**
 * Starts a one-off task on Fargate in private subnets.
 *
 * After a crash the same token finds the task that was started before (ECS API reference, "RunTask", `clientToken`).
 *
 * Needs `ecs:RunTask` on the task definition, and `iam:PassRole` on its two roles.
 *
 * Cost: the task's vCPU and memory by the second.
 *
 * @returns the task's ARN
 * @throws Error when it cannot be placed, or is given more than ECS takes
 */
export async function startTask(ecs: ECSClient, request: TaskRequest): Promise<string> {
  const what = `${await ecs.config.region()}: task of ${request.taskDefinitionArn}`;
  const overrides = overridesOf(request);
  const { length } = JSON.stringify(overrides);
  if (length > LONGEST_OVERRIDES) {
    throw new Error(
      `${what}: its command and variables are ${length} characters, expected at most ${LONGEST_OVERRIDES}; ` +
        "run the command itself where the databases are reached, as over a VPN",
    );
  }
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster: request.cluster,
      taskDefinition: request.taskDefinitionArn,
      launchType: "FARGATE",
      count: 1,
      clientToken: request.token,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...request.subnetIds],
          securityGroups: [...request.securityGroupIds],
          assignPublicIp: "DISABLED",
        },
      },
      overrides,
    }),
  );
  const arn = tasks?.[0]?.taskArn;
  if (arn) return arn;
  const reasons = (failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  throw new Error(
    `${what}: not placed (${reasons.join(", ") || "no reason given"}), expected one; ` +
      "see capacity and subnets of the cluster",
  );
}

const overridesOf = ({ override }: TaskRequest): TaskOverride => ({
  containerOverrides: [
    {
      name: override.container,
      command: [...override.command],
      environment: Object.entries(override.environment).map(([name, value]) => ({ name, value })),
    },
  ],
});

/** Asks how a one-off task stands. Needs `ecs:DescribeTasks`. */
export async function describeTask(ecs: ECSClient, { cluster, arn }: TaskName): Promise<OneOffTask> {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  const [task] = tasks ?? [];
  const [container] = task?.containers ?? [];
  const reasons = [container?.reason, task?.stoppedReason].filter(Boolean);
  return {
    status: task?.lastStatus ?? "not listed",
    exitCode: container?.exitCode,
    reason: reasons.length > 0 ? reasons.join("; ") : undefined,
  };
}

/**
 * Sends a task SIGTERM, and kills it when it has not ended by itself within its container's stop timeout; done when it has
 * ended already. Returns before it has.
 *
 * Needs `ecs:StopTask`.
 *
 * @param reason shown wherever the task is described
 */
export async function stopTask(ecs: ECSClient, { cluster, arn }: TaskName, reason: string): Promise<void> {
  await ecs.send(new StopTaskCommand({ cluster, task: arn, reason }));
}
