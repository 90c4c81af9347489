import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { Edge } from "./edge";
import { allow } from "./policy";

/** Which role may turn which edge. */
export interface EdgeAccessProps {
  /** Name of the role that runs the runbook. */
  readonly roleName: string;
  readonly edge: Edge;
}

/**
 * Lets the runbook flip this edge and no other, and have it forget what it keeps.
 *
 * A distribution with access logs is updated only by who may grant CloudFront its bucket.
 * Source: CloudFront developer guide, "CloudFront API permissions".
 */
export class EdgeAccess extends Construct {
  constructor(scope: Construct, id: string, props: EdgeAccessProps) {
    super(scope, id);
    const { router, distributionArn, accessLogBucket } = props.edge;
    const forgetting = {
      actions: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
      resources: [distributionArn],
    };
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
            forgetting,
          ])
        : allow([
            {
              actions: [
                "cloudfront:GetDistribution",
                "cloudfront:GetDistributionConfig",
                "cloudfront:UpdateDistribution",
              ],
              resources: [distributionArn],
            },
            {
              actions: ["s3:GetBucketAcl", "s3:PutBucketAcl"],
              resources: accessLogBucket === undefined ? [] : [bucketArn(accessLogBucket)],
            },
            forgetting,
          ]),
    });
  }
}

const S3_DOMAIN = "[.]s3([.][a-z0-9-]+)?[.]amazonaws[.]com$";

/** The domain name may be known to Terraform only. */
function bucketArn(domainName: string): string {
  const name = Token.isUnresolved(domainName)
    ? Fn.replace(domainName, `/${S3_DOMAIN}/`, "")
    : domainName.replace(new RegExp(S3_DOMAIN), "");
  return `arn:aws:s3:::${name}`;
}
