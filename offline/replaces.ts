/** What is known of one type. */
export interface Replacement {
  /** Destroying an object of this type destroys data, or a name or key that others hold on to. */
  readonly stateful: boolean;
  /** Arguments whose change forces a new object; a dot leads into a block. `region` does so for every type. */
  readonly arguments: readonly string[];
}

const stateful = (...names: string[]): Replacement => ({ stateful: true, arguments: names });
const stateless = (...names: string[]): Replacement => ({ stateful: false, arguments: names });

const RULE = stateless("security_group_id");
const NAMED = ["name", "name_prefix"];
const BUCKET_SETTING = stateless("bucket", "expected_bucket_owner");

/**
 * Which changes destroy an object and make another. The bindings do not say so; a type that is missing here has
 * "replacement unknown": its plan shows an update even where AWS would replace.
 *
 * Source: hashicorp/terraform-provider-aws 6.x, `ForceNew` and `RequiresReplace` in internal/service/<service>, and
 * "Forces new resource" in website/docs/r.
 */
export const REPLACES: Readonly<Record<string, Replacement>> = {
  // Networks
  aws_default_security_group: stateless("vpc_id"),
  aws_eip: stateful("domain", "network_border_group", "public_ipv4_pool", "address"),
  aws_flow_log: stateless(
    "iam_role_arn",
    "log_destination",
    "log_destination_type",
    "traffic_type",
    "vpc_id",
  ),
  aws_internet_gateway: stateless(),
  aws_nat_gateway: stateless("allocation_id", "connectivity_type", "private_ip", "subnet_id", "vpc_id"),
  aws_route: stateless(
    "route_table_id",
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "destination_prefix_list_id",
  ),
  aws_route_table: stateless("vpc_id"),
  aws_route_table_association: stateless("subnet_id", "gateway_id"),
  aws_security_group: stateless(...NAMED, "description", "vpc_id"),
  aws_subnet: stateless(
    "availability_zone",
    "availability_zone_id",
    "cidr_block",
    "ipv6_native",
    "outpost_arn",
    "vpc_id",
  ),
  aws_vpc: stateful("cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"),
  aws_vpc_endpoint: stateless("service_name", "service_region", "vpc_endpoint_type", "vpc_id"),
  aws_vpc_peering_connection: stateless("peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"),
  aws_vpc_peering_connection_accepter: stateless("vpc_peering_connection_id"),
  aws_vpc_peering_connection_options: stateless("vpc_peering_connection_id"),
  aws_vpc_security_group_egress_rule: RULE,
  aws_vpc_security_group_ingress_rule: RULE,

  // Databases, caches, tables, snapshots
  // A new `identifier` renames in place since provider 5.0 (hashicorp/terraform-provider-aws, pull request 32687).
  aws_db_instance: stateful(
    "availability_zone",
    "character_set_name",
    "custom_iam_instance_profile",
    "db_name",
    "engine",
    "kms_key_id",
    "nchar_character_set_name",
    "restore_to_point_in_time",
    "s3_import",
    "snapshot_identifier",
    "storage_encrypted",
    "timezone",
    "username",
  ),
  aws_db_parameter_group: stateless(...NAMED, "description", "family"),
  aws_db_snapshot: stateful("db_instance_identifier", "db_snapshot_identifier"),
  aws_db_snapshot_copy: stateful(
    "copy_tags",
    "destination_region",
    "kms_key_id",
    "option_group_name",
    "presigned_url",
    "source_db_snapshot_identifier",
    "target_custom_availability_zone",
    "target_db_snapshot_identifier",
  ),
  aws_db_subnet_group: stateless(...NAMED),
  aws_dynamodb_table: stateful(
    "hash_key",
    "import_table",
    "local_secondary_index",
    "name",
    "range_key",
    "restore_date_time",
    "restore_source_name",
    "restore_source_table_arn",
    "restore_to_latest_time",
  ),
  aws_elasticache_replication_group: stateful(
    "at_rest_encryption_enabled",
    "data_tiering_enabled",
    "global_replication_group_id",
    "kms_key_id",
    "network_type",
    "port",
    "replication_group_id",
    "security_group_names",
    "snapshot_arns",
    "snapshot_name",
    "subnet_group_name",
  ),
  aws_elasticache_subnet_group: stateless("name"),

  // Storage
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

  // Keys, secrets, roles
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

  // Services
  aws_appautoscaling_policy: stateless("name", "resource_id", "scalable_dimension", "service_namespace"),
  aws_appautoscaling_target: stateless("resource_id", "scalable_dimension", "service_namespace"),
  aws_cloudwatch_dashboard: stateless("dashboard_name"),
  aws_cloudwatch_log_group: stateful(...NAMED, "log_group_class"),
  aws_cloudwatch_metric_alarm: stateless("alarm_name"),
  aws_ecs_cluster: stateless("name"),
  aws_ecs_cluster_capacity_providers: stateless("cluster_name"),
  aws_ecs_service: stateless(
    "cluster",
    "deployment_controller.type",
    "iam_role",
    "launch_type",
    "name",
    "scheduling_strategy",
  ),
  aws_ecs_task_definition: stateless(
    "container_definitions",
    "cpu",
    "enable_fault_injection",
    "ephemeral_storage",
    "execution_role_arn",
    "family",
    "ipc_mode",
    "memory",
    "network_mode",
    "pid_mode",
    "placement_constraints",
    "proxy_configuration",
    "requires_compatibilities",
    "runtime_platform",
    "task_role_arn",
    "volume",
  ),
  aws_lb: stateless(...NAMED, "customer_owned_ipv4_pool", "internal", "load_balancer_type"),
  aws_lb_listener: stateless("load_balancer_arn"),
  aws_lb_listener_rule: stateless("listener_arn"),
  aws_lb_target_group: stateless(
    ...NAMED,
    "ip_address_type",
    "port",
    "protocol",
    "protocol_version",
    "target_type",
    "vpc_id",
  ),
  aws_sns_topic: stateful(...NAMED, "fifo_topic"),
  aws_sqs_queue: stateful(...NAMED, "fifo_queue"),

  // The edge
  aws_acm_certificate: stateless(
    "certificate_authority_arn",
    "domain_name",
    "key_algorithm",
    "subject_alternative_names",
    "validation_method",
    "validation_option",
  ),
  aws_acm_certificate_validation: stateless("certificate_arn", "validation_record_fqdns"),
  aws_cloudfront_distribution: stateful("staging"),
  aws_cloudfront_function: stateless("name"),
  aws_cloudfront_key_value_store: stateful("name"),
  aws_cloudfront_origin_access_control: stateless(),
  aws_cloudfrontkeyvaluestore_key: stateless("key", "key_value_store_arn"),
  aws_route53_record: stateless("name", "zone_id"),
  aws_route53_zone: stateful("delegation_set_id", "name"),
  aws_wafv2_web_acl: stateless(...NAMED, "scope"),
};
