import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  type SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { readSchedule, schedulerIn, setEnabled } from "../../../runbook/aws/schedule";
import { emulator, EMULATOR_TIMEOUT } from "./emulators/emulator";
import { type FaultProxy, openFaultProxy } from "./emulators/fault-proxy";

const nightly = { group: "storefront", name: "nightly" };
let proxy: FaultProxy;
let scheduler: SchedulerClient;

beforeAll(async () => {
  proxy = await openFaultProxy(await emulator("ministack"));
  scheduler = schedulerIn({ name: "eu-west-1", endpoint: proxy.endpoint });
  await scheduler.send(new CreateScheduleGroupCommand({ Name: "storefront" }));
  await scheduler.send(
    new CreateScheduleCommand({
      GroupName: "storefront",
      Name: "nightly",
      Description: "closes the day",
      ScheduleExpression: "cron(0 3 * * ? *)",
      ScheduleExpressionTimezone: "Europe/Dublin",
      StartDate: new Date("2030-01-01T00:00:00Z"),
      State: "DISABLED",
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
      Target: {
        Arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/jobs",
        RoleArn: "arn:aws:iam::123456789012:role/scheduler",
        Input: '{"containerOverrides":[]}',
        RetryPolicy: { MaximumRetryAttempts: 2 },
        EcsParameters: {
          TaskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/close-day:7",
        },
      },
    }),
  );
}, EMULATOR_TIMEOUT);
afterAll(async () => {
  scheduler.destroy();
  await proxy.close();
});

const read = async () => {
  const { $metadata, LastModificationDate, ...schedule } = await scheduler.send(
    new GetScheduleCommand({ GroupName: nightly.group, Name: nightly.name }),
  );
  void [$metadata, LastModificationDate];
  return schedule;
};

const isEnabled = async () => (await readSchedule(scheduler, nightly)).enabled;

test("B6: a schedule tells which tasks it starts, to be waited for", async () => {
  expect(await readSchedule(scheduler, nightly)).toEqual({
    enabled: false,
    tasks: { cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/jobs", family: "close-day" },
  });
});

test("B6: a schedule is enabled and disabled, and nothing else of it changes", async () => {
  const before = await read();
  expect(await isEnabled()).toBe(false);
  expect(await setEnabled(scheduler, nightly, true)).toBe(true);
  expect(await isEnabled()).toBe(true);
  expect(await read()).toEqual({ ...before, State: "ENABLED" });
  expect(await setEnabled(scheduler, nightly, true)).toBe(false);
  expect(await setEnabled(scheduler, nightly, false)).toBe(true);
  expect(await read()).toEqual(before);
});

test("an answer that is lost does not fail the change", async () => {
  proxy.next("none", "answer lost");
  await setEnabled(scheduler, nightly, true);
  expect(await isEnabled()).toBe(true);
});

test("fails for a schedule that is not there, naming region and call", async () => {
  await expect(setEnabled(scheduler, { group: "storefront", name: "missing" }, true)).rejects.toThrow(
    /eu-west-1: Scheduler GetSchedule: ResourceNotFoundException: /,
  );
});
