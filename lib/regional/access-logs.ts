import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { Construct } from "constructs";
import { closeBucket } from "./closed-bucket";

export interface AccessLogsProps {
  /** Begin of the bucket's name; Terraform appends a suffix, because bucket names are shared by the whole world. */
  readonly name: string;
  /** Whether logs are kept when the bucket goes: AWS then refuses to delete it as long as one is in it. */
  readonly keep: boolean;
}

const KEEP_DAYS = 90;

/**
 * The bucket that a load balancer of the same region writes its access logs into, kept for 90 days.
 *
 * Encrypted with S3's own keys, the only ones that load balancers take.
 * Source: Elastic Load Balancing user guide, "Enable access logs for your Application Load Balancer".
 *
 * Cost: storage.
 */
export class AccessLogs extends Construct {
  /** Whoever uses the name waits until the load balancer may write: AWS tries it at once. */
  readonly bucketName: string;

  constructor(scope: Construct, id: string, { name, keep }: AccessLogsProps) {
    super(scope, id);
    const { accountId } = new DataAwsCallerIdentity(this, "account");
    const bucket = new S3Bucket(this, "bucket", { bucketPrefix: `${name}-`, forceDestroy: !keep });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "old-logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: KEEP_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
    this.bucketName = closeBucket(this, bucket, [
      {
        Sid: "LoadBalancerWrites",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${bucket.arn}/AWSLogs/${accountId}/*`,
      },
    ]).bucket;
  }
}
