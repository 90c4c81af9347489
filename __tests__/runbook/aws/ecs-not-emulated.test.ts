import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { waitUntilIdle } from "../../../runbook/aws/ecs-idle";
import { drainService, ecsIn, scaleService } from "../../../runbook/aws/ecs-service";
import { runTask } from "../../../runbook/aws/ecs-task";

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

test("B6: a task that was told to stop and is still at work is waited for, though the service counts none", async () => {
  aws.on(DescribeServicesCommand).resolves({ services: [service] });
  aws.on(ListTasksCommand, { desiredStatus: "RUNNING" }).resolves({ taskArns: [] });
  aws.on(ListTasksCommand, { desiredStatus: "STOPPED" }).resolves({ taskArns: ["task/1"] });
  aws
    .on(DescribeTasksCommand)
    .resolvesOnce({ tasks: [{ lastStatus: "DEACTIVATING" }] })
    .resolvesOnce({ tasks: [{ lastStatus: "STOPPING" }] })
    .resolves({ tasks: [{ lastStatus: "STOPPED" }] });
  await drainService(ecs, mailer, waiting);
  expect(aws.commandCalls(DescribeTasksCommand)).toHaveLength(3);
  expect(states).toEqual(["1 at work"]);
  // It wanted none already.
  expect(aws.commandCalls(UpdateServiceCommand)).toHaveLength(0);
});

test("B6: what a schedule has started is waited for, by its family", async () => {
  const group = { cluster: "jobs", family: "close-day" };
  aws.on(ListTasksCommand, { ...group, desiredStatus: "RUNNING" }).resolves({ taskArns: ["task/1"] });
  aws.on(ListTasksCommand, { ...group, desiredStatus: "STOPPED" }).resolves({ taskArns: ["task/0"] });
  const [running, stopped] = [{ lastStatus: "RUNNING" }, { lastStatus: "STOPPED" }];
  aws
    .on(DescribeTasksCommand)
    .resolvesOnce({ tasks: [running, stopped] })
    .resolves({ tasks: [stopped, stopped] });
  await waitUntilIdle(ecs, group, waiting);
  expect(states).toEqual(["1 at work"]);
});

test("more tasks than one call describes are all looked at", async () => {
  aws.on(DescribeServicesCommand).resolves({ services: [service] });
  aws.on(ListTasksCommand, { desiredStatus: "RUNNING" }).resolves({ taskArns: [] });
  const arns = Array.from({ length: 150 }, (_, index) => `task/${index}`);
  aws
    .on(ListTasksCommand, { desiredStatus: "STOPPED" })
    .resolves({ taskArns: arns.slice(0, 100), nextToken: "more" })
    .on(ListTasksCommand, { desiredStatus: "STOPPED", nextToken: "more" })
    .resolves({ taskArns: arns.slice(100) });
  aws.on(DescribeTasksCommand).resolves({ tasks: [{ lastStatus: "STOPPED" }] });
  await drainService(ecs, mailer, waiting);
  const described = aws.commandCalls(DescribeTasksCommand).map(({ args }) => args[0].input.tasks!);
  expect(described.map(({ length }) => length)).toEqual([100, 50]);
  expect(described.flat()).toEqual(arns);
});

test("a scaling tells why ECS cannot place a task, and waits for the old deployment to go", async () => {
  const wanted = { ...service, desiredCount: 2 };
  aws
    .on(DescribeServicesCommand)
    .resolvesOnce({ services: [service] })
    .resolvesOnce({ services: [{ ...wanted, events: [{ message: "no capacity" }] }] })
    .resolvesOnce({ services: [{ ...wanted, runningCount: 2, deployments: [{}, {}] }] })
    .resolves({ services: [{ ...wanted, runningCount: 2 }] });
  await scaleService(ecs, { ...mailer, tasks: 2 }, waiting);
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
  const ended = (exitCode: number | undefined, reason?: string) => ({
    tasks: [
      {
        lastStatus: "STOPPED",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "copy", exitCode, reason }],
      },
    ],
  });

  test("is started in private subnets under its token, and its good end is the answer", async () => {
    aws.on(RunTaskCommand).resolves({ tasks: [{ taskArn: "task/1" }] });
    aws.on(DescribeTasksCommand).resolvesOnce({ tasks: [] }).resolves(ended(0));
    expect(await runTask(ecs, request, waiting)).toMatchObject({ arn: "task/1" });
    expect(states).toEqual(["not listed"]);
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

  test("fails with the container's exit code and ECS's reasons", async () => {
    aws.on(RunTaskCommand).resolves({ tasks: [{ taskArn: "task/1" }] });
    aws.on(DescribeTasksCommand).resolves(ended(137, "OutOfMemoryError: container killed"));
    await expect(runTask(ecs, request, waiting)).rejects.toThrow(
      "eu-west-1: task task/1: copy: 137 (OutOfMemoryError: container killed); Essential container in task exited; " +
        "expected exit code 0; see its log",
    );
  });

  test("fails with ECS's reason when it cannot be placed", async () => {
    aws
      .on(RunTaskCommand)
      .resolves({ tasks: [], failures: [{ reason: "RESOURCE:ENI", detail: "subnet full" }] });
    await expect(runTask(ecs, request, waiting)).rejects.toThrow("not placed (RESOURCE:ENI: subnet full)");
  });
});
