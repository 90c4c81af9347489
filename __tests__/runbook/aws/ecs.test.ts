import {
  CreateClusterCommand,
  CreateServiceCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { listTasksAtWork } from "../../../runbook/aws/ecs-idle";
import { describeService, ecsIn, raiseService } from "../../../runbook/aws/ecs-service";
import { describeTask, startTask, stopTask } from "../../../runbook/aws/ecs-task";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const waiting = { signal: new AbortController().signal, pauseMs: 1 };
const cluster = "ecs-test";
const oneOff = {
  cluster,
  taskDefinitionArn: "ecs-test",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  override: { container: "worker", command: ["once"], environment: {} },
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

test("a service is raised to what is asked for, and never lowered", async () => {
  expect(await raiseService(ecs, { ...mailer, tasks: 3 }, waiting)).toMatchObject({
    desired: 3,
    running: 3,
    pending: 0,
    taskDefinitionArn,
  });
  expect(await raiseService(ecs, { ...mailer, tasks: 2 }, waiting)).toMatchObject({ desired: 3, running: 3 });
  expect(await listTasksAtWork(ecs, mailer)).toHaveLength(3);
});

test("fails for a service that is not there", async () => {
  await expect(describeService(ecs, { cluster, service: "missing" })).rejects.toThrow(
    "eu-west-1: service missing of cluster ecs-test: no such service, expected ACTIVE; deploy the stack",
  );
});

test("a one-off task runs until it is stopped, and to stop it again does no harm", async () => {
  const arn = await startTask(ecs, { ...oneOff, token: "emulated" });
  expect(arn).toContain(":task/ecs-test/");
  expect(await describeTask(ecs, { cluster, arn })).toMatchObject({ status: "RUNNING" });
  for (const reason of ["Ctrl-C", "Ctrl-C, again"]) await stopTask(ecs, { cluster, arn }, reason);
  expect(await describeTask(ecs, { cluster, arn })).toEqual({
    status: "STOPPED",
    exitCode: 0,
    reason: "Ctrl-C",
  });
});
