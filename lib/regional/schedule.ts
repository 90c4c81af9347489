import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { limitName } from "./name-limit";
import type { IOneOff } from "./one-off";

/** What is started, when, and on which side. */
export interface ScheduleProps {
  /** Unique in the group; 64 characters at most. Changing it replaces the schedule. */
  readonly name: string;
  /** Schedule group, which must exist. Changing it replaces the schedule. @default - `default`, which every account has */
  readonly group?: string;
  /** As EventBridge Scheduler writes it: `cron(0 3 * * ? *)` or `rate(5 minutes)`. */
  readonly expression: string;
  /** IANA name, such as `Europe/Dublin`. @default - `UTC` */
  readonly timezone?: string;
  /** What is started. */
  readonly oneOff: Omit<IOneOff, "clusterName" | "family">;
  /** ARN of a `SchedulerRole`. */
  readonly roleArn: string;
  /** Terraform expression: true while this side is active. */
  readonly active: string;
  /** ARN of an SQS queue for invocations that failed. @default - they are dropped */
  readonly deadLetterQueueArn?: string;
  /** `group/name` of one that exists and is managed here from now on; both as above. @default - a new one */
  readonly importId?: string;
}

/** Seconds a start may be tried again: after that the other side may be the active one. The least AWS takes is 60. */
const PATIENCE = 120;
const DEFAULT_GROUP = "default";

/**
 * Starts a one-off task at set times, on the active side only (B6): on the other one it stands ready, disabled.
 *
 * A start that fails is tried again for two minutes. One that was under way when the side changed still runs to its
 * end.
 *
 * Cost: by invocation, from the 14 millionth a month on, and the tasks.
 */
export class Schedule extends Construct {
  readonly group: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "schedule",
      longest: 64,
      form: /^[0-9a-zA-Z_.-]+$/,
      formInWords: "letters, digits, hyphens, underscores and dots",
    });
    const { group = DEFAULT_GROUP, oneOff } = props;
    const schedule = new SchedulerSchedule(this, "schedule", {
      name: props.name,
      groupName: group,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timezone ?? "UTC",
      state: Token.asString(Fn.conditional(props.active, "ENABLED", "DISABLED")),
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: oneOff.clusterArn,
        roleArn: props.roleArn,
        ecsParameters: {
          taskDefinitionArn: oneOff.taskDefinitionArn,
          launchType: "FARGATE",
          taskCount: 1,
          networkConfiguration: {
            subnets: oneOff.subnetIds,
            securityGroups: [oneOff.securityGroupId],
            assignPublicIp: false,
          },
        },
        retryPolicy: { maximumEventAgeInSeconds: PATIENCE, maximumRetryAttempts: 3 },
        deadLetterConfig: props.deadLetterQueueArn ? { arn: props.deadLetterQueueArn } : undefined,
      },
    });
    if (props.importId !== undefined) {
      schedule.importFrom(props.importId);
      this.node.addValidation({
        validate: () => importFaults(this.node.path, `${group}/${props.name}`, props),
      });
    }
    this.group = group;
    this.name = props.name;
  }
}

function importFaults(path: string, expected: string, { importId }: ScheduleProps): string[] {
  if (importId === expected) return [];
  return [
    `${path}: importId: found "${importId}", expected "${expected}": another name would replace the schedule. ` +
      `Fix: change "importId", or give "group" and "name" as they are.`,
  ];
}
