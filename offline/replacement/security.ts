import { NAMED, type Replacements, stateful, stateless } from "./replacement";

/** Keys, secrets, parameters and roles. */
export const SECURITY: Replacements = {
  aws_iam_policy: stateless(...NAMED, "description", "path"),
  aws_iam_role: stateless(...NAMED, "path"),
  aws_iam_role_policy: stateless(...NAMED, "role"),
  aws_iam_role_policy_attachment: stateless("policy_arn", "role"),
  aws_kms_alias: stateless(...NAMED),
  aws_kms_key: stateful(
    "custom_key_store_id",
    "customer_master_key_spec",
    "key_usage",
    "multi_region",
    "xks_key_id",
  ),
  aws_kms_replica_key: stateful("primary_key_arn"),
  aws_secretsmanager_secret: stateful(...NAMED),
  aws_secretsmanager_secret_version: stateful(
    "secret_binary",
    "secret_id",
    "secret_string",
    "secret_string_wo_version",
  ),
  aws_kms_key_policy: stateless("key_id"),
  aws_secretsmanager_secret_policy: stateless("secret_arn"),
  aws_ssm_parameter: stateful("data_type", "name"),
};
