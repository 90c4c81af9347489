import {
  GetScheduleCommand,
  type ScheduleState,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { type AwsRegion, connect } from "./region";

/** A client of EventBridge Scheduler in one region. */
export const schedulerIn = (region: AwsRegion): SchedulerClient => connect(SchedulerClient, region);

/** A schedule, by the names the manifest has. */
export interface ScheduleName {
  readonly group: string;
  readonly name: string;
}

/** A schedule as Scheduler has it now. */
export interface Schedule {
  readonly enabled: boolean;
  /** What it starts: wait until these are idle after disabling it. @default - it starts no ECS task */
  readonly tasks?: { readonly cluster: string; readonly family: string };
}

/** Reads a schedule. Needs `scheduler:GetSchedule`. */
export async function readSchedule(
  scheduler: SchedulerClient,
  { group, name }: ScheduleName,
): Promise<Schedule> {
  const { State, Target } = await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name }));
  // arn:aws:ecs:<region>:<account>:task-definition/<family>, with or without :<revision>
  const family = Target?.EcsParameters?.TaskDefinitionArn?.split("/")[1]?.split(":")[0];
  return {
    enabled: State === "ENABLED",
    tasks: Target?.Arn && family ? { cluster: Target.Arn, family } : undefined,
  };
}

/**
 * Lets a schedule start its tasks, or keeps it from doing so; what it has started goes on.
 *
 * The whole schedule is sent: what an update leaves out is lost (EventBridge Scheduler API reference, "UpdateSchedule").
 * The API knows no version, so a change by somebody else in the same second may be undone: nobody else should make one.
 * A run that is due in the second before may still begin: wait for idle tasks after it, not before.
 *
 * Needs `scheduler:GetSchedule`, `scheduler:UpdateSchedule`, and `iam:PassRole` on the schedule's role.
 *
 * @returns whether anything had to be changed
 */
export async function setEnabled(
  scheduler: SchedulerClient,
  { group, name }: ScheduleName,
  enabled: boolean,
): Promise<boolean> {
  const wanted: ScheduleState = enabled ? "ENABLED" : "DISABLED";
  const schedule = await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name }));
  if (schedule.State === wanted) return false;
  // What only an answer has; the rest is the schedule itself.
  const { $metadata, Arn, CreationDate, LastModificationDate, ...whole } = schedule;
  void [$metadata, Arn, CreationDate, LastModificationDate];
  const { ScheduleExpression, Target, FlexibleTimeWindow } = whole;
  await scheduler.send(
    new UpdateScheduleCommand({
      ...whole,
      ScheduleExpression,
      Target,
      FlexibleTimeWindow,
      GroupName: group,
      Name: name,
      State: wanted,
    }),
  );
  return true;
}
