/** Which managed type a data source reads, and how it finds the one object that is meant. */
export interface Mirror {
  readonly of: string;
  /** Arguments of the data source, each with the attribute of the managed type that it is held against. */
  readonly by: Readonly<Record<string, string>>;
  /** Attributes that the data source calls otherwise: its name, then the managed type's. */
  readonly as?: Readonly<Record<string, string>>;
}

const named = (of: string): Mirror => ({ of, by: { name: "name" } });
const ec2 = (of: string, by: Readonly<Record<string, string>> = {}): Mirror => ({
  of,
  by: { id: "id", vpc_id: "vpc_id", ...by },
});

/**
 * Data sources that look up what Terraform manages elsewhere. They answer what the cloud holds; of an object that it has
 * never heard of they say what the rules of the managed type say of one so named.
 *
 * Source: hashicorp/terraform-provider-aws, website/docs/d/<type>.
 */
export const MIRRORS: Readonly<Record<string, Mirror>> = {
  // Networks
  aws_eip: { of: "aws_eip", by: { id: "id", public_ip: "public_ip" } },
  aws_internet_gateway: { of: "aws_internet_gateway", by: { internet_gateway_id: "id" } },
  aws_lb: { of: "aws_lb", by: { arn: "arn", name: "name" } },
  aws_lb_listener: {
    of: "aws_lb_listener",
    by: { arn: "arn", load_balancer_arn: "load_balancer_arn", port: "port" },
  },
  aws_lb_target_group: { of: "aws_lb_target_group", by: { arn: "arn", name: "name" } },
  aws_nat_gateway: ec2("aws_nat_gateway", { subnet_id: "subnet_id" }),
  aws_security_group: ec2("aws_security_group", { name: "name" }),
  aws_subnet: ec2("aws_subnet", {
    availability_zone: "availability_zone",
    cidr_block: "cidr_block",
  }),
  aws_vpc: { of: "aws_vpc", by: { id: "id", cidr_block: "cidr_block" } },

  // Databases and caches
  aws_db_cluster_snapshot: {
    of: "aws_db_cluster_snapshot",
    by: {
      db_cluster_identifier: "db_cluster_identifier",
      db_cluster_snapshot_identifier: "db_cluster_snapshot_identifier",
    },
  },
  aws_db_instance: {
    of: "aws_db_instance",
    by: { db_instance_identifier: "identifier" },
    as: {
      db_instance_arn: "arn",
      db_instance_class: "instance_class",
      db_instance_port: "port",
      db_subnet_group: "db_subnet_group_name",
      master_username: "username",
      vpc_security_groups: "vpc_security_group_ids",
    },
  },
  aws_db_snapshot: {
    of: "aws_db_snapshot",
    by: {
      db_instance_identifier: "db_instance_identifier",
      db_snapshot_identifier: "db_snapshot_identifier",
    },
  },
  aws_db_subnet_group: named("aws_db_subnet_group"),
  aws_elasticache_replication_group: {
    of: "aws_elasticache_replication_group",
    by: { replication_group_id: "replication_group_id" },
  },
  aws_elasticache_subnet_group: named("aws_elasticache_subnet_group"),
  aws_rds_cluster: { of: "aws_rds_cluster", by: { cluster_identifier: "cluster_identifier" } },

  // Services
  aws_cloudwatch_log_group: named("aws_cloudwatch_log_group"),
  aws_ecs_cluster: { of: "aws_ecs_cluster", by: { cluster_name: "name" } },
  aws_ecs_service: {
    of: "aws_ecs_service",
    by: { cluster_arn: "cluster", service_name: "name" },
  },
  aws_ecs_task_definition: { of: "aws_ecs_task_definition", by: { task_definition: "family" } },
  aws_service_discovery_dns_namespace: named("aws_service_discovery_private_dns_namespace"),
  aws_sns_topic: named("aws_sns_topic"),
  aws_sqs_queue: named("aws_sqs_queue"),
  aws_sesv2_email_identity: {
    of: "aws_sesv2_email_identity",
    by: { email_identity: "email_identity" },
  },

  // Storage, keys, secrets, roles
  aws_backup_vault: named("aws_backup_vault"),
  aws_ecr_repository: named("aws_ecr_repository"),
  aws_iam_role: named("aws_iam_role"),
  aws_kms_alias: named("aws_kms_alias"),
  aws_kms_key: { of: "aws_kms_key", by: { key_id: "arn" } },
  aws_s3_bucket: { of: "aws_s3_bucket", by: { bucket: "bucket" } },
  aws_secretsmanager_secret: { of: "aws_secretsmanager_secret", by: { arn: "arn", name: "name" } },
  aws_ssm_parameter: named("aws_ssm_parameter"),

  // The edge
  aws_acm_certificate: { of: "aws_acm_certificate", by: { domain: "domain_name" } },
  aws_cloudfront_distribution: { of: "aws_cloudfront_distribution", by: { id: "id" } },
  aws_cloudfront_response_headers_policy: {
    of: "aws_cloudfront_response_headers_policy",
    by: { id: "id", name: "name" },
  },
  aws_wafv2_web_acl: named("aws_wafv2_web_acl"),
};

/** Data sources that list the ids of what they find. */
export const LISTS: Readonly<Record<string, Mirror>> = {
  aws_nat_gateways: ec2("aws_nat_gateway"),
  aws_route_tables: ec2("aws_route_table"),
  aws_security_groups: ec2("aws_security_group"),
  aws_subnets: ec2("aws_subnet"),
};
