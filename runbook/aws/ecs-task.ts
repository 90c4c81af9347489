import { DescribeTasksCommand, type ECSClient, RunTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { ECS_PAUSE } from "./ecs-idle";
import { waitFor, type Waiting } from "./wait";

export interface TaskRequest {
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Instead of what the task definition says. @default - as the task definition says */
  readonly override?: {
    readonly container: string;
    /** @default - as the task definition says */
    readonly command?: readonly string[];
    /** Variables beside those of the task definition. It is shown to whoever may describe the task: never a secret. @default - none */
    readonly environment?: Readonly<Record<string, string>>;
  };
  /** At most 64 letters, digits, `-` and `_`: the same again starts nothing and gives the same task. */
  readonly token: string;
}

/** A task that has ended well. */
export interface EndedTask {
  readonly arn: string;
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
}

/**
 * Runs a one-off task on Fargate in private subnets and waits for its end.
 *
 * After a crash the same token finds the task that was started before (ECS API reference, "RunTask", `clientToken`).
 *
 * Needs `ecs:RunTask` on the task definition, `ecs:DescribeTasks`, and `iam:PassRole` on its two roles.
 *
 * Cost: the task's vCPU and memory by the second.
 *
 * @throws Error when it cannot be placed, or a container ends with another exit code than 0
 */
export async function runTask(ecs: ECSClient, request: TaskRequest, waiting: Waiting): Promise<EndedTask> {
  const arn = await startTask(ecs, request);
  const what = `${await ecs.config.region()}: task ${arn}`;
  const ended = await waitFor<Task>({ what, expected: "STOPPED", pauseMs: ECS_PAUSE }, waiting, async () => {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: request.cluster, tasks: [arn] }));
    const [task] = tasks ?? [];
    // A new task is not seen everywhere at once.
    if (task?.lastStatus !== "STOPPED") return { still: task?.lastStatus ?? "not listed" };
    return { value: task };
  });
  const failed = (ended.containers ?? []).filter(({ exitCode }) => exitCode !== 0);
  if (failed.length === 0) return { arn, startedAt: ended.startedAt, stoppedAt: ended.stoppedAt };
  const codes = failed
    .map(
      ({ name, exitCode, reason }) => `${name}: ${exitCode ?? "no exit code"}${reason ? ` (${reason})` : ""}`,
    )
    .join(", ");
  throw new Error(
    `${what}: ${codes}; ${ended.stoppedReason ?? "no reason given"}; expected exit code 0; see its log`,
  );
}

async function startTask(ecs: ECSClient, request: TaskRequest): Promise<string> {
  const { override } = request;
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
      overrides: override && {
        containerOverrides: [
          {
            name: override.container,
            command: override.command && [...override.command],
            environment: Object.entries(override.environment ?? {}).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    }),
  );
  const arn = tasks?.[0]?.taskArn;
  if (arn) return arn;
  const reasons = (failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  throw new Error(
    `${await ecs.config.region()}: task of ${request.taskDefinitionArn}: not placed (${reasons.join(", ") || "no reason given"}), ` +
      "expected one; see capacity and subnets of the cluster",
  );
}
