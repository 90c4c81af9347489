/**
 * Types whose import id is the `id` that a state has of them.
 *
 * Left out although they can be imported: what AWS tells only once (an access key's secret, a login profile's or a
 * service-specific credential's password, a virtual MFA device's seed) and a server certificate's private key, which an import
 * cannot bring along.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/r/<type>, "Import" and "Attribute Reference".
 */
const NAMES = `
  acm_certificate autoscaling_group backup_vault budgets_budget
  cloudfront_cache_policy cloudfront_continuous_deployment_policy cloudfront_distribution
  cloudfront_field_level_encryption_config cloudfront_field_level_encryption_profile cloudfront_function
  cloudfront_key_group cloudfront_monitoring_subscription cloudfront_origin_access_control
  cloudfront_origin_access_identity cloudfront_origin_request_policy cloudfront_public_key
  cloudfront_realtime_log_config cloudfront_response_headers_policy cloudfront_vpc_origin
  cloudwatch_dashboard cloudwatch_log_group cloudwatch_metric_alarm
  db_parameter_group db_subnet_group dynamodb_table ecr_repository eip
  globalaccelerator_accelerator globalaccelerator_endpoint_group globalaccelerator_listener
  iam_account_alias iam_account_password_policy iam_group iam_group_policy iam_instance_profile
  iam_openid_connect_provider iam_policy iam_role iam_role_policy iam_saml_provider iam_service_linked_role
  iam_signing_certificate iam_user iam_user_policy
  instance internet_gateway kms_alias kms_key lambda_function launch_template lb lb_listener lb_listener_rule
  lb_target_group nat_gateway rds_cluster rds_cluster_instance
  route53_cidr_collection route53_delegation_set route53_health_check route53_hosted_zone_dnssec
  route53_key_signing_key route53_query_log route53_record route53_traffic_policy_instance
  route53_vpc_association_authorization route53_zone route53_zone_association route53domains_registered_domain
  route_table s3_account_public_access_block s3_bucket s3_bucket_cors_configuration
  s3_bucket_lifecycle_configuration s3_bucket_logging s3_bucket_notification s3_bucket_ownership_controls
  s3_bucket_policy s3_bucket_public_access_block s3_bucket_server_side_encryption_configuration
  s3_bucket_versioning secretsmanager_secret security_group sesv2_email_identity
  sns_topic sns_topic_policy sns_topic_subscription sqs_queue sqs_queue_policy ssm_parameter
  subnet vpc vpc_endpoint
`;

/** Whether a type's import id is its `id`. */
export const isImportedById = (type: string): boolean => TYPES.has(type);

const TYPES: ReadonlySet<string> = new Set(
  NAMES.trim()
    .split(/\s+/)
    .map((name) => `aws_${name}`),
);
