import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { Construct } from "constructs";
import type { INetwork } from "./network";

/** Which network's connections are logged, and by which role. */
export interface FlowLogsProps {
  readonly network: INetwork;
  /** Name of the network, for the log group. */
  readonly name: string;
  /** ARN of a `FlowLogRole`. */
  readonly roleArn: string;
  /**
   * Key of this region that encrypts the log; its policy must let CloudWatch Logs use it.
   *
   * @default - a key of CloudWatch Logs itself
   */
  readonly kmsKeyArn?: string;
}

const RETENTION_DAYS = 30;

/** Name of the log group that a network's flow logs go to. */
export const flowLogGroup = (network: string): string => `/aws/vpc/${network}`;

/**
 * Who talked to whom in a network, accepted and refused, kept for 30 days.
 *
 * Cost: CloudWatch Logs by the gigabyte; much on a busy network.
 */
export class FlowLogs extends Construct {
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "log", {
      name: flowLogGroup(props.name),
      retentionInDays: RETENTION_DAYS,
      kmsKeyId: props.kmsKeyArn,
    });
    new FlowLog(this, "flow-log", {
      vpcId: props.network.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: props.roleArn,
      tags: { Name: props.name },
    });
    this.logGroupName = group.name;
  }
}
