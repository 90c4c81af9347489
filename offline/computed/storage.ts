import { always, argument, type Made, nameOf, type Rule, type Rules, sameAs } from "./made";

const bucketHost = (made: Made) => `${nameOf(made)}.s3`;

/** Settings of a bucket are objects of their own, known by the bucket's name. */
const setting: Rules[string] = { id: sameAs("bucket") };

const withOwner: Rule = (made) =>
  [argument(made, "bucket"), argument(made, "expected_bucket_owner")].filter(Boolean).join(",");

/** S3. */
export const STORAGE: Rules = {
  aws_s3_bucket: {
    id: nameOf,
    bucket: nameOf,
    arn: (made) => `arn:aws:s3:::${nameOf(made)}`,
    bucket_domain_name: (made) => `${bucketHost(made)}.amazonaws.com`,
    bucket_regional_domain_name: (made) => `${bucketHost(made)}.${made.region}.amazonaws.com`,
    bucket_region: (made) => made.region,
    request_payer: always("BucketOwner"),
  },
  aws_s3_bucket_versioning: { id: withOwner },
  aws_s3_bucket_server_side_encryption_configuration: { id: withOwner },
  aws_s3_bucket_public_access_block: setting,
  aws_s3_bucket_policy: setting,
  aws_s3_bucket_lifecycle_configuration: {
    id: withOwner,
    transition_default_minimum_object_size: always("all_storage_classes_128K"),
  },
  aws_s3_bucket_ownership_controls: setting,
  aws_s3_bucket_replication_configuration: setting,
  aws_s3_bucket_object_lock_configuration: { id: withOwner },
};
