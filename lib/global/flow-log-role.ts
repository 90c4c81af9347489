import type { Construct } from "constructs";
import { flowLogGroup } from "../regional/flow-logs";
import { Role } from "./role";

/** Which networks' flow logs may be written. */
export interface FlowLogRoleProps {
  /** Name of the role, such as `storefront-flow-logs`. */
  readonly name: string;
  readonly account: string;
  /** Name given to the `FlowLogs` of every region. */
  readonly network: string;
  /** Regions whose flow logs it writes. */
  readonly regions: readonly string[];
}

/**
 * What VPC needs to write flow logs into the log groups that `FlowLogs` makes, and no others.
 *
 * Source: VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"; the right to make log groups is left
 * out, as they are there.
 */
export class FlowLogRole extends Role {
  constructor(scope: Construct, id: string, props: FlowLogRoleProps) {
    super(scope, id, {
      name: props.name,
      service: "vpc-flow-logs.amazonaws.com",
      account: props.account,
      statements: [
        {
          actions: [
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
          ],
          resources: props.regions.map(
            (region) => `arn:aws:logs:${region}:${props.account}:log-group:${flowLogGroup(props.network)}:*`,
          ),
        },
      ],
    });
  }
}
