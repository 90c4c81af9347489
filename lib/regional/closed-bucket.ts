import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { Fn } from "cdktf";
import type { Construct } from "constructs";

/** A statement of a bucket's policy, as IAM writes it. */
export type BucketStatement = Readonly<Record<string, unknown>>;

/**
 * Closes a bucket: private to its account but for the statements, encrypted with S3's own keys, without ACLs, and
 * answering over TLS only.
 *
 * @returns the policy: whoever takes the bucket's name from it waits until the statements hold
 */
export function closeBucket(
  scope: Construct,
  bucket: S3Bucket,
  statements: readonly BucketStatement[] = [],
): S3BucketPolicy {
  new S3BucketServerSideEncryptionConfigurationA(scope, "encryption", {
    bucket: bucket.id,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new S3BucketOwnershipControls(scope, "ownership", {
    bucket: bucket.id,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  const closed = new S3BucketPublicAccessBlock(scope, "public-access", {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  return new S3BucketPolicy(scope, "tls-only", {
    bucket: bucket.id,
    policy: Fn.jsonencode({
      Version: "2012-10-17",
      Statement: [tlsOnly(bucket.arn), ...statements],
    }),
    // S3 refuses two changes of a bucket's access settings at the same time.
    dependsOn: [closed],
  });
}

function tlsOnly(arn: string): BucketStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
