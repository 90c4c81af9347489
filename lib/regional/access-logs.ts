import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { Fn } from "cdktf";
import { Construct } from "constructs";

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
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const closed = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
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
    const policy = new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "LoadBalancerWrites",
            Effect: "Allow",
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: `${bucket.arn}/AWSLogs/${accountId}/*`,
          },
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, `${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
      // S3 refuses two changes of a bucket's access settings at the same time.
      dependsOn: [closed],
    });
    this.bucketName = policy.bucket;
  }
}
