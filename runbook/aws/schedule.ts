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

/** Whether a schedule starts anything. Needs `scheduler:GetSchedule`. */
export async function isEnabled(scheduler: SchedulerClient, { group, name }: ScheduleName): Promise<boolean> {
  const { State } = await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name }));
  return State === "ENABLED";
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
