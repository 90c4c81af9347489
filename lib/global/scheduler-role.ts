import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { Statement } from "./policy";
import { Role } from "./role";

/** Which task a schedule may start, and which roles it may hand it. */
export interface SchedulerRoleProps {
  /** Name of the role, such as `storefront-nightly-schedule`. */
  readonly name: string;
  readonly account: string;
  /** Family of the task definition that is started, the same in both regions. */
  readonly taskDefinitionFamily: string;
  /** ARNs of the clusters it is started in, in both regions. */
  readonly clusterArns: readonly string[];
  /** ARNs of the two roles that the task runs with. */
  readonly passRoleArns: readonly string[];
  /** ARNs of the queues for invocations that failed. @default - none */
  readonly deadLetterQueueArns?: readonly string[];
}

/**
 * What EventBridge Scheduler needs to start one kind of task: that family, in those clusters, with those roles.
 *
 * Whoever starts a family's newest revision is asked for its ARN without a revision, hence both forms.
 * Source: Amazon ECS developer guide, "Amazon ECS EventBridge IAM role".
 *
 * Cost: none.
 */
export class SchedulerRole extends Role {
  constructor(scope: Construct, id: string, props: SchedulerRoleProps) {
    super(scope, id, {
      name: props.name,
      service: "scheduler.amazonaws.com",
      account: props.account,
      statements: [
        ...props.clusterArns.map((clusterArn) => start(clusterArn, props)),
        {
          actions: ["iam:PassRole"],
          resources: props.passRoleArns,
          conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        },
        { actions: ["sqs:SendMessage"], resources: props.deadLetterQueueArns ?? [] },
      ],
    });
  }
}

function start(clusterArn: string, { account, taskDefinitionFamily }: SchedulerRoleProps): Statement {
  const region = Fn.element(Fn.split(":", clusterArn), 3) as string;
  const family = `arn:aws:ecs:${region}:${account}:task-definition/${taskDefinitionFamily}`;
  return {
    actions: ["ecs:RunTask"],
    resources: [family, `${family}:*`],
    conditions: { ArnEquals: { "ecs:cluster": clusterArn } },
  };
}
