import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { allow } from "./policy";

/** Which role may turn which gates on and off. */
export interface GateAccessProps {
  /** Name of the role that runs the runbook. */
  readonly roleName: string;
  readonly account: string;
  /** Name of the workload: its schedules' roles are called `<workload>-<name>-schedule`. */
  readonly workload: string;
  readonly regions: readonly string[];
  /** Whether there are services: workers are turned on and off, web services raised. */
  readonly hasServices: boolean;
  /** Schedules in their groups, in any of the regions. */
  readonly schedules: readonly { readonly group: string; readonly name: string }[];
  /** Private zones of the names that follow the writer. */
  readonly writerZoneIds: readonly string[];
}

/**
 * Lets the runbook raise web services, turn workers and schedules on and off, and point the writer's private names.
 *
 * A scalable target's ARN carries an id that AWS makes up, so services are held to those of ECS in these regions.
 *
 * Cost: none.
 *
 * Source: Service Authorization Reference, "Application Auto Scaling", "EventBridge Scheduler", "Route 53".
 */
export class GateAccess extends Construct {
  constructor(scope: Construct, id: string, props: GateAccessProps) {
    super(scope, id);
    const { account, workload, regions, schedules } = props;
    new IamRolePolicy(this, "policy", {
      role: props.roleName,
      name: "gates",
      policy: allow([
        {
          actions: ["application-autoscaling:RegisterScalableTarget"],
          resources: props.hasServices
            ? regions.map(
                (region) => `arn:aws:application-autoscaling:${region}:${account}:scalable-target/*`,
              )
            : [],
          conditions: {
            StringEquals: {
              "application-autoscaling:service-namespace": "ecs",
              "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
            },
          },
        },
        {
          actions: ["scheduler:GetSchedule", "scheduler:UpdateSchedule"],
          resources: regions.flatMap((region) =>
            schedules.map(
              ({ group, name }) => `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`,
            ),
          ),
        },
        {
          actions: ["iam:PassRole"],
          resources: schedules.length > 0 ? [`arn:aws:iam::${account}:role/${workload}-*-schedule`] : [],
          conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
        },
        {
          actions: ["route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets"],
          resources: props.writerZoneIds.map((zone) => `arn:aws:route53:::hostedzone/${zone}`),
        },
      ]),
    });
  }
}
