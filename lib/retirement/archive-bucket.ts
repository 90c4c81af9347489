import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketObjectLockConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";

export interface ArchiveBucketProps {
  /** Begin of the bucket's name; account and region are appended. */
  readonly name: string;
  /** Region of the scope. */
  readonly region: string;
}

/** How long an object cannot be deleted without a permission of its own. */
const LOCK_DAYS = 365;

/**
 * Where what must outlive the source is kept: journals, exports, the post-mortem.
 *
 * Objects are locked for a year in governance mode: whoever has `s3:BypassGovernanceRetention` can still delete them,
 * nobody does so by mistake. Nothing here empties the bucket, and AWS deletes none that holds an object.
 */
export class ArchiveBucket extends Construct {
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: ArchiveBucketProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const bucket = new S3Bucket(this, "bucket", {
      bucket: `${props.name}-${account}-${props.region}`,
      // Can be switched on for a new bucket only: changing it makes a new, empty one.
      objectLockEnabled: true,
      lifecycle: { preventDestroy: true },
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketObjectLockConfigurationA(this, "lock", {
      bucket: versioning.bucket,
      rule: { defaultRetention: { mode: "GOVERNANCE", days: LOCK_DAYS } },
    });
    new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    this.bucketName = bucket.bucket;
  }
}
