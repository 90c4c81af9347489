import { Construct } from "constructs";
import { limitTaskName, taskCluster, taskGround, type TaskProps } from "./task-ground";

/** A task that is started now and then and runs to its end. */
export interface IOneOff {
  /** Without a revision: whoever starts it gets the newest. */
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly securityGroupId: string;
  readonly subnetIds: string[];
}

/** Name is that of cluster and family. */
export type OneOffProps = TaskProps;

/** Seconds a task may clean up after SIGTERM: the most that Fargate grants. */
const GRACE = 120;

/**
 * A task definition with all it needs to be started by a `Schedule`, a pipeline or a person.
 *
 * There is no adoption: a task definition is never changed, only followed by its next revision, so one of the same name
 * carries on the family that is there, and the cluster holds nothing.
 *
 * Cost: only while it runs.
 */
export class OneOff extends Construct implements IOneOff {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly securityGroupId: string;
  readonly subnetIds: string[];

  /** One that is managed elsewhere: nothing of it is read or changed here. */
  static fromExisting(_scope: Construct, _id: string, props: IOneOff): IOneOff {
    return { ...props };
  }

  constructor(scope: Construct, id: string, props: OneOffProps) {
    super(scope, id);
    limitTaskName(this, props.name);
    const { task, group } = taskGround(this, props, { stopTimeout: GRACE });
    const cluster = taskCluster(this, props.name);
    this.taskDefinitionArn = task.familyArn;
    this.family = props.name;
    this.clusterName = cluster.name;
    this.clusterArn = cluster.arn;
    this.securityGroupId = group.id;
    this.subnetIds = props.network.privateSubnetIds;
  }
}
