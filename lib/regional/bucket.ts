import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { type BucketStatement, closeBucket } from "./closed-bucket";
import { limitName } from "./name-limit";

/** A bucket of one region, versioned. */
export interface IBucket {
  readonly bucketName: string;
  readonly arn: string;
}

/** How a bucket is called, and whether it is a new one. */
export interface BucketProps {
  /**
   * Begin of the bucket's name; account and region are appended, because bucket names are shared by the whole world.
   *
   * Changing it plans a new, empty bucket; AWS refuses to delete the old one while anything is in it.
   */
  readonly name: string;
  /**
   * Whether ElastiCache of this region may put exported snapshots here and restore caches from them.
   *
   * @default - false
   */
  readonly cacheSnapshots?: boolean;
  /**
   * Whole name of a bucket that exists and is managed here from now on; "name" plays no part then.
   *
   * @default - a new one
   */
  readonly importId?: string;
}

/** A bucket that is managed elsewhere. */
export interface ExistingBucketProps {
  /** Whole name of the bucket, in the region of the scope. It must keep versions. */
  readonly bucketName: string;
}

/** `-<12 digits>-<region>` with the longest region codes there are, such as `ap-southeast-2`. */
const LONGEST_SUFFIX = 28;
/** What S3 leaves of its 63 characters. */
export const LONGEST_BUCKET_NAME = 63 - LONGEST_SUFFIX;
const KEEP_OLD_VERSIONS_DAYS = 90;

/**
 * A private, versioned bucket that answers over TLS only.
 *
 * Encrypted with S3's own keys: with KMS keys, replication needs rights on a key in each region, and every read costs a
 * call; the gain, an audit trail of key use, is not worth that by default. There is no `prevent_destroy`: AWS itself
 * refuses to delete a bucket that holds an object or an old version of one.
 *
 * Adopting one (`importId`) replaces its policy, its lifecycle rules and its encryption of new objects by those here, and
 * closes it to the public. S3 refuses to put its ACLs out of use as long as one gives others any rights.
 *
 * Cost: storage; replaced and deleted objects are kept for 90 days.
 */
export class Bucket extends Construct implements IBucket {
  readonly bucketName: string;
  readonly arn: string;

  /** A bucket that is managed elsewhere, read from AWS. */
  static fromExisting(scope: Construct, id: string, props: ExistingBucketProps): IBucket {
    const { arn } = new DataAwsS3Bucket(scope, id, { bucket: props.bucketName });
    return { bucketName: props.bucketName, arn };
  }

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    if (props.importId === undefined) {
      limitName(this, props.name, {
        what: "bucket",
        longest: LONGEST_BUCKET_NAME,
        form: /^[a-z0-9](-?[a-z0-9])*$/,
        formInWords: "lower-case letters, digits and single hyphens, first and last no hyphen",
      });
    }
    const account = new DataAwsCallerIdentity(this, "account");
    const region = new DataAwsRegion(this, "region");
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.importId ?? `${props.name}-${account.accountId}-${region.region}`,
    });
    if (props.importId !== undefined) bucket.importFrom(props.importId);
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    // Both go through the versioning: S3 refuses to replicate from or to a bucket that keeps no versions yet.
    this.bucketName = versioning.bucket;
    this.arn = Fn.replace(bucket.arn, bucket.id, versioning.bucket);

    closeBucket(this, bucket, props.cacheSnapshots ? [cacheSnapshots(bucket.arn, region.region)] : []);
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: versioning.bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: KEEP_OLD_VERSIONS_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
  }
}

/**
 * Source: ElastiCache user guide, "Exporting a backup" and "Seeding a new node-based cluster with an externally created
 * backup". It documents no key that says for which account ElastiCache acts.
 */
function cacheSnapshots(arn: string, region: string): BucketStatement {
  return {
    Sid: "CacheSnapshots",
    Effect: "Allow",
    Principal: { Service: `${region}.elasticache-snapshot.amazonaws.com` },
    Action: [
      "s3:PutObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:GetBucketAcl",
      "s3:ListMultipartUploadParts",
      "s3:ListBucketMultipartUploads",
    ],
    Resource: [arn, `${arn}/*`],
  };
}
