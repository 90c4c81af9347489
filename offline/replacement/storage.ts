import { type Replacements, stateful, stateless } from "./replacement";

const BUCKET_SETTING = stateless("bucket", "expected_bucket_owner");

/** Buckets, registries and backups. */
export const STORAGE: Replacements = {
  aws_ecr_repository: stateful("encryption_configuration", "name"),
  aws_s3_bucket: stateful("bucket", "bucket_prefix", "object_lock_enabled"),
  aws_s3_bucket_lifecycle_configuration: BUCKET_SETTING,
  aws_s3_bucket_object_lock_configuration: BUCKET_SETTING,
  aws_s3_bucket_ownership_controls: stateless("bucket"),
  aws_s3_bucket_policy: stateless("bucket"),
  aws_s3_bucket_public_access_block: stateless("bucket"),
  aws_s3_bucket_replication_configuration: stateless("bucket"),
  aws_s3_bucket_server_side_encryption_configuration: BUCKET_SETTING,
  aws_s3_bucket_versioning: BUCKET_SETTING,
  aws_s3_bucket_logging: BUCKET_SETTING,
  aws_s3_bucket_metric: stateless("bucket", "name"),
  aws_s3_bucket_notification: stateless("bucket"),
  aws_backup_plan: stateless("name"),
  aws_backup_region_settings: stateless(),
  aws_backup_selection: stateless(
    "condition",
    "iam_role_arn",
    "name",
    "not_resources",
    "plan_id",
    "resources",
    "selection_tag",
  ),
  aws_backup_vault: stateful("kms_key_arn", "name"),
  aws_backup_vault_lock_configuration: stateful(
    "backup_vault_name",
    "changeable_for_days",
    "max_retention_days",
    "min_retention_days",
  ),
  aws_backup_vault_policy: stateless("backup_vault_name"),
  aws_ecr_lifecycle_policy: stateless("policy", "repository"),
  aws_ecr_replication_configuration: stateless(),
  aws_ecr_repository_policy: stateless("repository"),
};
