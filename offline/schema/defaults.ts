import type { Block } from "./block";

type Default = string | number | boolean;

const MANAGED = "Managed by Terraform";

/**
 * Defaults of arguments whose worth readers of the state rely on, by type and place. The bindings do not keep them.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/r/<type>, "Defaults to".
 */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, Default>>>> = {
  aws_cloudfront_distribution: {
    http_version: "http2",
    price_class: "PriceClass_All",
    wait_for_deployment: true,
  },
  aws_cloudfront_function: { publish: true },
  aws_cloudwatch_log_group: { retention_in_days: 0, skip_destroy: false },
  aws_db_instance: {
    auto_minor_version_upgrade: true,
    copy_tags_to_snapshot: false,
    monitoring_interval: 0,
    publicly_accessible: false,
    skip_final_snapshot: false,
    deletion_protection: false,
  },
  aws_db_parameter_group: { description: MANAGED, skip_destroy: false },
  aws_db_subnet_group: { description: MANAGED },
  aws_dynamodb_table: { billing_mode: "PROVISIONED" },
  aws_ecs_service: {
    deployment_maximum_percent: 200,
    deployment_minimum_healthy_percent: 100,
    enable_ecs_managed_tags: false,
    scheduling_strategy: "REPLICA",
  },
  aws_ecs_task_definition: { skip_destroy: false },
  aws_iam_role: { force_detach_policies: false, max_session_duration: 3600, path: "/" },
  aws_kms_key: {
    customer_master_key_spec: "SYMMETRIC_DEFAULT",
    enable_key_rotation: false,
    is_enabled: true,
    key_usage: "ENCRYPT_DECRYPT",
  },
  aws_lb: {
    enable_deletion_protection: false,
    enable_http2: true,
    idle_timeout: 60,
    load_balancer_type: "application",
  },
  aws_lb_target_group: {
    deregistration_delay: "300",
    slow_start: 0,
    target_type: "instance",
    "health_check.enabled": true,
    "health_check.healthy_threshold": 3,
    "health_check.interval": 30,
    "health_check.matcher": "200",
    "health_check.path": "/",
    "health_check.port": "traffic-port",
    "health_check.protocol": "HTTP",
    "health_check.timeout": 5,
    "health_check.unhealthy_threshold": 3,
  },
  aws_s3_bucket: { force_destroy: false },
  aws_secretsmanager_secret: { force_overwrite_replica_secret: false, recovery_window_in_days: 30 },
  aws_security_group: { description: MANAGED, revoke_rules_on_delete: false },
  aws_subnet: { assign_ipv6_address_on_creation: false, map_public_ip_on_launch: false },
  aws_vpc: { enable_dns_support: true, instance_tenancy: "default" },
  aws_vpc_endpoint: { vpc_endpoint_type: "Gateway" },
};

function apply(block: Block, defaults: Readonly<Record<string, Default>>, prefix: string): Block {
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => {
    const worth = defaults[`${prefix}${name}`];
    // Terraform lets a provider decide the value of an argument that is left out only when the schema says computed.
    return [
      name,
      worth === undefined ? attribute : { ...attribute, computed: true, default: worth },
    ] as const;
  });
  const blocks = Object.entries(block.blocks).map(
    ([name, nested]) =>
      [name, { ...nested, block: apply(nested.block, defaults, `${prefix}${name}.`) }] as const,
  );
  return { attributes: Object.fromEntries(attributes), blocks: Object.fromEntries(blocks) };
}

/** The block with what its arguments are worth when they are left out. */
export function withDefaults(type: string, block: Block): Block {
  const defaults = DEFAULTS[type];
  return defaults ? apply(block, defaults, "") : block;
}
