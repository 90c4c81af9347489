import {
  ACCOUNT,
  always,
  argument,
  digits,
  idOr,
  type Made,
  nameOf,
  regionalArn,
  type Rule,
  type Rules,
  sameAs,
  uuid,
} from "./made";

const bucketHost = (made: Made) => `${nameOf(made)}.s3`;

/** Settings of a bucket are objects of their own, known by the bucket's name. */
const setting: Rules[string] = { id: sameAs("bucket") };

const withOwner: Rule = (made) =>
  [argument(made, "bucket"), argument(made, "expected_bucket_owner")].filter(Boolean).join(",");

const vaultSetting: Rules[string] = {
  id: sameAs("backup_vault_name"),
  backup_vault_arn: (made) =>
    regionalArn("backup", made, `backup-vault:${argument(made, "backup_vault_name")}`),
};

/** S3, registries, tables and backups. */
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
  aws_s3_bucket_logging: { id: withOwner },
  aws_s3_bucket_metric: { id: (made) => `${argument(made, "bucket")}:${nameOf(made)}` },
  aws_s3_bucket_notification: setting,
  aws_s3_object: {
    id: (made) => `${argument(made, "bucket")}/${argument(made, "key")}`,
    arn: (made) => `arn:aws:s3:::${argument(made, "bucket")}/${argument(made, "key")}`,
    etag: (made) => digits(made, "etag", 32),
    server_side_encryption: always("AES256"),
    storage_class: always("STANDARD"),
    version_id: (made) => digits(made, "version", 32),
  },
  aws_ecr_repository: {
    id: nameOf,
    arn: (made) => regionalArn("ecr", made, `repository/${nameOf(made)}`),
    registry_id: always(ACCOUNT),
    repository_url: (made) => `${ACCOUNT}.dkr.ecr.${made.region}.amazonaws.com/${nameOf(made)}`,
  },
  aws_ecr_lifecycle_policy: { id: sameAs("repository"), registry_id: always(ACCOUNT) },
  aws_ecr_repository_policy: { id: sameAs("repository"), registry_id: always(ACCOUNT) },
  aws_ecr_replication_configuration: { id: always(ACCOUNT), registry_id: always(ACCOUNT) },
  aws_dynamodb_table: { id: nameOf, arn: (made) => regionalArn("dynamodb", made, `table/${nameOf(made)}`) },
  aws_backup_vault: {
    id: nameOf,
    arn: (made) => regionalArn("backup", made, `backup-vault:${nameOf(made)}`),
    kms_key_arn: (made) => regionalArn("kms", made, "alias/aws/backup"),
  },
  aws_backup_vault_lock_configuration: vaultSetting,
  aws_backup_vault_policy: vaultSetting,
  aws_backup_plan: {
    id: uuid,
    arn: (made) => regionalArn("backup", made, `backup-plan:${idOr(uuid)(made)}`),
    version: (made) => digits(made, "version", 32),
  },
  aws_backup_selection: { id: uuid },
  aws_backup_region_settings: { id: ({ region }) => region },
};
