import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RegisterTaskDefinitionCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../../runbook/aws/clients";
import { listTasksAtWork } from "../../runbook/aws/ecs-idle";
import { REGIONS, type Part } from "./cloud-parts";
import type { Run } from "./relocate";

const CONTAINER = "runner";
const groupOf = (workload: string) => `/ecs/${workload}-runner`;

/** The runner's task definition and log, as the replication stack makes them. */
export async function makeRunner(clients: Clients, workload: string): Promise<Part<"replication">["runner"]> {
  const group = groupOf(workload);
  await clients.in("logs", REGIONS.target).send(new CreateLogGroupCommand({ logGroupName: group }));
  const { taskDefinition } = await clients.in("ecs", REGIONS.target).send(
    new RegisterTaskDefinitionCommand({
      family: `${workload}-runner`,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      ...{ cpu: "1024", memory: "2048" },
      containerDefinitions: [
        {
          name: CONTAINER,
          image: "scratch",
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": group,
              "awslogs-region": REGIONS.target,
              "awslogs-stream-prefix": CONTAINER,
            },
          },
        },
      ],
    }),
  );
  return {
    cluster: `${workload}-runner`,
    taskDefinitionArn: taskDefinition!.taskDefinitionArn!,
    subnetIds: ["subnet-1"],
    securityGroupIds: ["sg-1"],
  };
}

/**
 * Plays the container of the next task, since the emulator starts none: runs its command with its variables, and hands the
 * lines to its log.
 */
export async function playContainer(
  clients: Clients,
  workload: string,
  run: (words: readonly string[], environment: Readonly<Record<string, string>>) => Run,
): Promise<void> {
  const [ecs, logs] = [clients.in("ecs", REGIONS.target), clients.in("logs", REGIONS.target)];
  const cluster = `${workload}-runner`;
  const [arn] = await nextTasks();
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn!] }));
  const [override] = tasks![0]!.overrides!.containerOverrides!;
  const environment = Object.fromEntries(
    override!.environment!.map(({ name, value }) => [name!, value!] as const),
  );
  const { stdout, stderr } = await run(override!.command!, environment).ended;
  const stream = {
    logGroupName: groupOf(workload),
    logStreamName: `${CONTAINER}/${CONTAINER}/${arn!.split("/").at(-1)}`,
  };
  await logs.send(new CreateLogStreamCommand(stream));
  const lines = `${stderr}${stdout}`.split("\n").filter((line) => line !== "");
  await logs.send(
    new PutLogEventsCommand({
      ...stream,
      logEvents: lines.map((message) => ({ message, timestamp: Date.now() })),
    }),
  );
  await ecs.send(new StopTaskCommand({ cluster, task: arn }));

  async function nextTasks(): Promise<readonly string[]> {
    for (;;) {
      const found = await listTasksAtWork(ecs, { cluster, family: cluster });
      if (found.length > 0) return found;
      await sleep(100);
    }
  }
}
