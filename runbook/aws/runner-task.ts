import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "./clients";
import { describeTask, startTask, type OneOffTask, type TaskName } from "./ecs-task";
import { type Manifest, requireParts } from "./manifest";
import { describeTaskDefinition } from "./task-definition";
import { readLog } from "./task-log";

/** Between two looks at task and log, in milliseconds. */
const PAUSE = 1_000;
/** Looks at the log of an ended task that must find nothing: its last lines come a moment later. */
const QUIET_LOOKS = 3;

/** A task that runs the runbook inside the target's network. */
export interface RunnerTask extends TaskName {
  /** ECS says where it stands. */
  describe(): Promise<OneOffTask>;
  /**
   * Hands over each line of its log until it has ended and its log is read to the end.
   *
   * @throws the signal's reason: the task goes on
   */
  follow(onLine: (line: string) => void, signal: AbortSignal): Promise<OneOffTask>;
}

/** What the runner runs. */
export interface RunnerRequest {
  /** Command of `relocate` and its options. */
  readonly words: readonly string[];
  /** Shown to whoever may describe the task: never a secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What followers of a task need besides it. */
export interface FollowOptions {
  /** Between two looks, in milliseconds. @default 1000 */
  readonly pauseMs?: number;
}

/**
 * Runs a command of the runbook where the databases are reached: in the task that the replication stack defines.
 *
 * Needs `ecs:DescribeTaskDefinition`, `RunTask`, `DescribeTasks`, `iam:PassRole` on the task's two roles, and
 * `logs:GetLogEvents` on its log.
 *
 * Cost: a Fargate task of 1 vCPU and 2 GiB by the second.
 *
 * @throws Error when it cannot be placed
 */
export async function startRunner(
  clients: Clients,
  manifest: Manifest,
  { words, environment }: RunnerRequest,
  options: FollowOptions = {},
): Promise<RunnerTask> {
  const { runner } = requireParts(manifest, ["replication"]).replication;
  const ecs = clients.in("ecs", manifest.targetRegion);
  const { container } = await placeOf(clients, manifest);
  const arn = await startTask(ecs, {
    ...runner,
    override: { container, command: words, environment },
    token: randomUUID(),
  });
  return findRunner(clients, manifest, arn, options);
}

/** A task that was started before, by its ARN. As `startRunner`. */
export async function findRunner(
  clients: Clients,
  manifest: Manifest,
  arn: string,
  { pauseMs = PAUSE }: FollowOptions = {},
): Promise<RunnerTask> {
  const { targetRegion: region } = manifest;
  const { cluster } = requireParts(manifest, ["replication"]).replication.runner;
  const { container, log } = await placeOf(clients, manifest);
  const name = { cluster, arn };
  const describe = () => describeTask(clients.in("ecs", region), name);
  return {
    ...name,
    describe,
    async follow(onLine, signal) {
      // <prefix>/<container>/<task id>: ECS developer guide, "Using the awslogs log driver".
      const stream = `${log.streamPrefix}/${container}/${arn.split("/").at(-1)}`;
      const lines = readLog(clients.in("logs", region), { group: log.group, stream });
      for (let quiet = 0; ;) {
        signal.throwIfAborted();
        // Asked first: what was written before the end is then in the log, or about to come.
        const task = await describe();
        const found = await lines.next();
        found.forEach(onLine);
        quiet = task.status === "STOPPED" && found.length === 0 ? quiet + 1 : 0;
        if (quiet === QUIET_LOOKS) return task;
        await sleep(pauseMs, undefined, { signal });
      }
    },
  };
}

/** Where in its task definition the runbook runs, and where its lines go. */
async function placeOf(clients: Clients, manifest: Manifest) {
  const { taskDefinitionArn } = requireParts(manifest, ["replication"]).replication.runner;
  const definition = await describeTaskDefinition(
    clients.in("ecs", manifest.targetRegion),
    taskDefinitionArn,
  );
  const [container] = definition.containers;
  if (container?.log) return { container: container.name, log: container.log };
  throw new Error(
    `${manifest.targetRegion}: task definition ${taskDefinitionArn}: no container that logs to CloudWatch Logs, expected ` +
      "the runner's; deploy the replication stack",
  );
}
