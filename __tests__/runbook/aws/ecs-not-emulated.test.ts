import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { listTasksAtWork } from "../../../runbook/aws/ecs-idle";
import { ecsIn, raiseService } from "../../../runbook/aws/ecs-service";
import { describeTask, startTask } from "../../../runbook/aws/ecs-task";

const ecs = ecsIn({ name: "eu-west-1" });
const aws = mockClient(ECSClient);
const mailer = { cluster: "workers", service: "mailer" };
const service = { status: "ACTIVE", desiredCount: 0, runningCount: 0, pendingCount: 0, deployments: [{}] };
const states: string[] = [];
const waiting = {
  signal: new AbortController().signal,
  pauseMs: 1,
  onChange: (state: string) => void states.push(state),
};

beforeEach(() => {
  aws.reset();
  states.length = 0;
});

test("B6: a task that was told to stop and is still at work is listed, though the service counts none", async () => {
  aws.on(ListTasksCommand, { desiredStatus: "RUNNING" }).resolves({ taskArns: [] });
  aws.on(ListTasksCommand, { desiredStatus: "STOPPED" }).resolves({ taskArns: ["task/1", "task/2"] });
  aws.on(DescribeTasksCommand).resolves({
    tasks: [
      { taskArn: "task/1", lastStatus: "STOPPING" },
      { taskArn: "task/2", lastStatus: "STOPPED" },
    ],
  });
  expect(await listTasksAtWork(ecs, mailer)).toEqual(["task/1"]);
});

test("B6: what a schedule has started is listed by its family", async () => {
  const group = { cluster: "jobs", family: "close-day" };
  aws.on(ListTasksCommand, { ...group, desiredStatus: "RUNNING" }).resolves({ taskArns: ["task/1"] });
  aws.on(ListTasksCommand, { ...group, desiredStatus: "STOPPED" }).resolves({ taskArns: [] });
  aws.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: "task/1", lastStatus: "RUNNING" }] });
  expect(await listTasksAtWork(ecs, group)).toEqual(["task/1"]);
});

test("more tasks than one call describes are all looked at", async () => {
  aws.on(ListTasksCommand, { desiredStatus: "RUNNING" }).resolves({ taskArns: [] });
  const arns = Array.from({ length: 150 }, (_, index) => `task/${index}`);
  aws
    .on(ListTasksCommand, { desiredStatus: "STOPPED" })
    .resolves({ taskArns: arns.slice(0, 100), nextToken: "more" })
    .on(ListTasksCommand, { desiredStatus: "STOPPED", nextToken: "more" })
    .resolves({ taskArns: arns.slice(100) });
  aws.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus: "STOPPED" }] });
  expect(await listTasksAtWork(ecs, mailer)).toEqual([]);
  const described = aws.commandCalls(DescribeTasksCommand).map(({ args }) => args[0].input.tasks!);
  expect(described.map(({ length }) => length)).toEqual([100, 50]);
  expect(described.flat()).toEqual(arns);
});

test("raising a service tells why ECS cannot place a task, and waits for the old deployment to go", async () => {
  const wanted = { ...service, desiredCount: 2 };
  aws
    .on(DescribeServicesCommand)
    .resolvesOnce({ services: [service] })
    .resolvesOnce({ services: [{ ...wanted, events: [{ message: "no capacity" }] }] })
    .resolvesOnce({ services: [{ ...wanted, runningCount: 2, deployments: [{}, {}] }] })
    .resolves({ services: [{ ...wanted, runningCount: 2 }] });
  await raiseService(ecs, { ...mailer, tasks: 2 }, waiting);
  expect(aws.commandCalls(UpdateServiceCommand)[0]!.args[0].input).toEqual({ ...mailer, desiredCount: 2 });
  expect(states).toEqual([
    "0 running, 0 pending, 1 deployments (no capacity)",
    "2 running, 0 pending, 2 deployments (no event)",
  ]);
});

describe("one-off task", () => {
  const request = {
    cluster: "jobs",
    taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/copy:3",
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroupIds: ["sg-1"],
    override: { container: "copy", command: ["copy", "--all"], environment: { SIDE: "target" } },
    token: "cutover-1-copy",
  };

  test("is started in private subnets under its token", async () => {
    aws.on(RunTaskCommand).resolves({ tasks: [{ taskArn: "task/1" }] });
    expect(await startTask(ecs, request)).toBe("task/1");
    expect(aws.commandCalls(RunTaskCommand)[0]!.args[0].input).toEqual({
      cluster: "jobs",
      taskDefinition: request.taskDefinitionArn,
      launchType: "FARGATE",
      count: 1,
      clientToken: "cutover-1-copy",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-1", "subnet-2"],
          securityGroups: ["sg-1"],
          assignPublicIp: "DISABLED",
        },
      },
      overrides: {
        containerOverrides: [
          { name: "copy", command: ["copy", "--all"], environment: [{ name: "SIDE", value: "target" }] },
        ],
      },
    });
  });

  test("that is not listed yet is told as that, and one that ended with its exit code and ECS's reasons", async () => {
    const name = { cluster: "jobs", arn: "task/1" };
    const reason = "OutOfMemoryError: container killed";
    const stoppedReason = "Essential container in task exited";
    aws
      .on(DescribeTasksCommand)
      .resolvesOnce({ tasks: [] })
      .resolves({
        tasks: [{ lastStatus: "STOPPED", stoppedReason, containers: [{ exitCode: 137, reason }] }],
      });
    expect(await describeTask(ecs, name)).toEqual({ status: "not listed" });
    expect(await describeTask(ecs, name)).toEqual({
      ...{ status: "STOPPED", exitCode: 137 },
      reason: `${reason}; ${stoppedReason}`,
    });
  });

  test("fails with ECS's reason when it cannot be placed", async () => {
    aws
      .on(RunTaskCommand)
      .resolves({ tasks: [], failures: [{ reason: "RESOURCE:ENI", detail: "subnet full" }] });
    await expect(startTask(ecs, request)).rejects.toThrow("not placed (RESOURCE:ENI: subnet full)");
  });

  test("fails for more variables than ECS takes, before it is asked", async () => {
    const environment = { RELOCATE_OUTPUTS: "x".repeat(8192) };
    await expect(
      startTask(ecs, { ...request, override: { ...request.override, environment } }),
    ).rejects.toThrow(/its command and variables are \d+ characters, expected at most 8192; run the command/);
    expect(aws.commandCalls(RunTaskCommand)).toEqual([]);
  });
});
