import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { ecsIn } from "../../../runbook/aws/ecs-service";
import { autoScalingIn, readScaling, setKept, setTaskLimits } from "../../../runbook/aws/task-scaling";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";

const resourceId = "service/scaling-test/web";
let autoScaling: ApplicationAutoScalingClient;

beforeAll(async () => {
  const place = { name: "eu-west-1", endpoint: await emulator("moto") };
  autoScaling = autoScalingIn(place);
  // The emulator knows a scalable target only of a service that is there.
  const ecs = ecsIn(place);
  await ecs.send(new CreateClusterCommand({ clusterName: "scaling-test" }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "scaling-test",
      containerDefinitions: [{ name: "web", image: "scratch", memory: 512 }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({ cluster: "scaling-test", serviceName: "web", taskDefinition: "scaling-test" }),
  );
  ecs.destroy();
  await autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: resourceId,
      MinCapacity: 2,
      MaxCapacity: 6,
    }),
  );
}, EMULATOR_TIMEOUT);
afterAll(() => autoScaling.destroy());

test("scaling in is suspended and resumed, and keeps its limits", async () => {
  expect(await readScaling(autoScaling, resourceId)).toEqual({ minTasks: 2, maxTasks: 6, kept: false });
  for (const kept of [true, true, false]) {
    await setKept(autoScaling, resourceId, kept);
    expect(await readScaling(autoScaling, resourceId)).toEqual({ minTasks: 2, maxTasks: 6, kept });
  }
});

test("limits are set, and scaling in stays suspended if it was", async () => {
  await setKept(autoScaling, resourceId, true);
  await setTaskLimits(autoScaling, resourceId, { minTasks: 0, maxTasks: 0 });
  expect(await readScaling(autoScaling, resourceId)).toEqual({ minTasks: 0, maxTasks: 0, kept: true });
});

test("fails for a service without scaling, and makes none", async () => {
  await expect(
    setTaskLimits(autoScaling, "service/scaling-test/job", { minTasks: 1, maxTasks: 1 }),
  ).rejects.toThrow(
    "eu-west-1: scaling of service/scaling-test/job: none, expected a scalable target; deploy the stack",
  );
  const { ScalableTargets } = await autoScaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: "ecs",
      ResourceIds: ["service/scaling-test/job"],
    }),
  );
  expect(ScalableTargets).toEqual([]);
});
