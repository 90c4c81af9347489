import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketObjectLockConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { closeBucket } from "../regional/closed-bucket";
import { limitName } from "../regional/name-limit";

/** How an archive is called, and where it stands. */
export interface ArchiveBucketProps {
  /** Begin of the bucket's name; account and region are appended. */
  readonly name: string;
  /** Region of the scope. */
  readonly region: string;
}

/** `-<12 digits>-<region>` with the longest region codes there are, such as `ap-southeast-2`. */
const LONGEST_SUFFIX = 28;
/** How long an object cannot be deleted without a permission of its own. */
const LOCK_DAYS = 365;
/** Archives are seldom read: from then on in a cheaper class that is still read at once. */
const COLD_AFTER_DAYS = 30;

/**
 * Where what must outlive the source is kept: journals, exports, the post-mortem.
 *
 * Objects are locked for a year in governance mode: whoever has `s3:BypassGovernanceRetention` can still delete them,
 * nobody does so by mistake. Nothing here empties the bucket, and AWS deletes none that holds an object.
 *
 * Cost: storage, in the archive class after 30 days.
 */
export class ArchiveBucket extends Construct {
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: ArchiveBucketProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "bucket",
      longest: 63 - LONGEST_SUFFIX,
      form: /^[a-z0-9](-?[a-z0-9])*$/,
      formInWords: "lower-case letters, digits and single hyphens, first and last no hyphen",
    });
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
    closeBucket(this, bucket);
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: versioning.bucket,
      rule: [
        {
          id: "cold",
          status: "Enabled",
          filter: [{ prefix: "" }],
          transition: [{ days: COLD_AFTER_DAYS, storageClass: "GLACIER_IR" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
    this.bucketName = bucket.bucket;
  }
}
