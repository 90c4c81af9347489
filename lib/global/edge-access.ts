import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { Edge } from "./edge";
import { allow } from "./policy";

/** Which role may turn which edge. */
export interface EdgeAccessProps {
  /** Name of the role that runs the runbook. */
  readonly roleName: string;
  readonly edge: Edge;
}

/** Lets the runbook flip this edge and no other. */
export class EdgeAccess extends Construct {
  constructor(scope: Construct, id: string, props: EdgeAccessProps) {
    super(scope, id);
    const { router, distributionArn } = props.edge;
    new IamRolePolicy(this, "policy", {
      role: props.roleName,
      name: "edge",
      policy: router
        ? allow([
            {
              actions: [
                "cloudfront-keyvaluestore:DescribeKeyValueStore",
                "cloudfront-keyvaluestore:GetKey",
                "cloudfront-keyvaluestore:PutKey",
                "cloudfront-keyvaluestore:DeleteKey",
              ],
              resources: [router.keyValueStoreArn],
            },
            {
              actions: [
                "cloudfront:DescribeFunction",
                "cloudfront:GetFunction",
                "cloudfront:UpdateFunction",
                "cloudfront:PublishFunction",
              ],
              resources: [router.functionArn],
            },
          ])
        : allow([
            {
              actions: ["cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution"],
              resources: [distributionArn],
            },
          ]),
    });
  }
}
