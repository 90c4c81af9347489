import {
  CreateClusterCommand,
  CreateServiceCommand,
  type ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { waitUntilIdle } from "../../../runbook/aws/ecs-idle";
import { describeService, drainService, ecsIn, scaleService } from "../../../runbook/aws/ecs-service";
import { runTask } from "../../../runbook/aws/ecs-task";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const waiting = { signal: new AbortController().signal, pauseMs: 1 };
const cluster = "ecs-test";
const oneOff = {
  cluster,
  taskDefinitionArn: "ecs-test",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
};
let ecs: ECSClient;
let taskDefinitionArn: string;

beforeAll(async () => {
  ecs = ecsIn({ name: "eu-west-1", endpoint: await emulator("ministack") });
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "ecs-test",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "worker", image: "scratch", memory: 512 }],
    }),
  );
  taskDefinitionArn = taskDefinition!.taskDefinitionArn!;
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: "mailer",
      taskDefinition: taskDefinitionArn,
      desiredCount: 1,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
  );
}, EMULATOR_TIMEOUT);
afterAll(() => ecs.destroy());

const mailer = { cluster, service: "mailer" };

test("B6: a service is scaled, and stopped only when its last task has ended", async () => {
  expect(await scaleService(ecs, { ...mailer, tasks: 3 }, waiting)).toMatchObject({
    desired: 3,
    running: 3,
    pending: 0,
    taskDefinitionArn,
  });
  await drainService(ecs, mailer, waiting);
  await drainService(ecs, mailer, waiting);
  expect(await describeService(ecs, mailer)).toMatchObject({ desired: 0, running: 0 });
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: "mailer" }));
  expect(taskArns).toEqual([]);
});

test("fails for a service that is not there", async () => {
  await expect(describeService(ecs, { cluster, service: "missing" })).rejects.toThrow(
    "eu-west-1: service missing of cluster ecs-test: no such service, expected ACTIVE; deploy the stack",
  );
});

test("a one-off task is waited for until it has ended", async () => {
  const seen: string[] = [];
  const stopOnce = (state: string) => {
    seen.push(state);
    void stopAll();
  };
  const waitingForIt = { ...waiting, onChange: stopOnce };
  const ended = await runTask(ecs, { ...oneOff, token: "emulated" }, waitingForIt);
  expect(ended.arn).toContain(":task/ecs-test/");
  expect(ended.stoppedAt!.getTime()).toBeGreaterThanOrEqual(ended.startedAt!.getTime());
  expect(seen).toEqual(["RUNNING"]);
  await waitUntilIdle(ecs, { cluster, family: "ecs-test" }, waiting);
});

async function stopAll(): Promise<void> {
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, family: "ecs-test" }));
  await Promise.all(taskArns!.map((task) => ecs.send(new StopTaskCommand({ cluster, task }))));
}
