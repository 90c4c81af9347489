import { Construct } from "constructs";
import { type ExistingServiceProps, type IService, runService } from "./ecs-service";
import { limitTaskName, taskGround, type TaskProps } from "./task-ground";

export interface WorkerProps extends TaskProps {
  /** As for `Service`. @default - a new one */
  readonly importId?: string;
}

/** Seconds a worker may finish its job after SIGTERM: the most that Fargate grants. */
const GRACE = 120;

/**
 * Works in the background on Fargate, behind nothing.
 *
 * It is made with no task at all: two sides must not do one job twice, so how many tasks run is the `WorkerGate`'s to
 * say, in the stack that knows the active side. A task that is stopped gets SIGTERM, and 120 seconds to finish its job or
 * hand it back.
 *
 * Cost: tasks by the second while its side is active, logs, container insights.
 */
export class Worker extends Construct implements IService {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly securityGroupId: string;

  /** A worker that is managed elsewhere: nothing of it is read or changed here, and whoever manages it stops it. */
  static fromExisting(_scope: Construct, _id: string, props: ExistingServiceProps): IService {
    return { ...props };
  }

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    limitTaskName(this, props.name);
    const { task, group } = taskGround(this, props, { stopTimeout: GRACE });
    const { clusterName, service } = runService(this, {
      ...props,
      taskDefinition: task.arn,
      securityGroupId: group.id,
      desiredCount: 0,
    });
    this.clusterName = clusterName;
    this.serviceName = service.name;
    this.securityGroupId = group.id;
  }
}
