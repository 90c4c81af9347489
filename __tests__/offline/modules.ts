import type { Configuration } from "./configuration";

const here = { provider: "aws.here" };
const there = { provider: "aws.there" };

/** A user and its group with ElastiCache, as CloudFormation makes them. */
const USERS = JSON.stringify({
  Parameters: { Engine: { Type: "String", Default: "valkey" } },
  Resources: {
    User: { Type: "AWS::ElastiCache::User", Properties: { UserId: "shop-default", UserName: "default" } },
    Group: {
      Type: "AWS::ElastiCache::UserGroup",
      Properties: { UserGroupId: "shop", Engine: { Ref: "Engine" }, UserIds: [{ Ref: "User" }] },
    },
  },
  Outputs: {
    Engine: { Value: { Ref: "Engine" } },
    GroupArn: { Value: { "Fn::GetAtt": ["Group", "Arn"] } },
    GroupId: { Value: { Ref: "Group" } },
    Region: { Value: { Ref: "AWS::Region" } },
  },
});

const cluster = {
  engine: "aurora-postgresql",
  engine_version: "17.4",
  kms_key_id: "${aws_kms_key.data.arn}",
};

/** Databases, caches and their links over two regions. */
const STORES = {
  aws_cloudformation_stack: { users: { ...here, name: "shop-users", template_body: USERS } },
  aws_db_instance: {
    orders: {
      ...here,
      identifier: "shop-orders",
      engine: "postgres",
      engine_version: "17.4",
      instance_class: "db.m7g.large",
      allocated_storage: 100,
      db_name: "orders",
      username: "operator",
      manage_master_user_password: true,
      storage_encrypted: true,
    },
    replica: {
      ...there,
      identifier: "shop-orders",
      instance_class: "db.m7g.large",
      replicate_source_db: "${aws_db_instance.orders.arn}",
    },
  },
  aws_elasticache_replication_group: {
    sessions: {
      ...here,
      replication_group_id: "shop-sessions",
      description: "sessions",
      engine: "valkey",
      engine_version: "8.0",
      node_type: "cache.r7g.large",
      num_cache_clusters: 2,
      at_rest_encryption_enabled: true,
      transit_encryption_enabled: true,
      user_group_ids: ['${aws_cloudformation_stack.users.outputs["GroupId"]}'],
    },
    second: {
      ...there,
      replication_group_id: "shop-sessions",
      description: "sessions",
      num_cache_clusters: 2,
      global_replication_group_id:
        "${aws_elasticache_global_replication_group.sessions.global_replication_group_id}",
    },
  },
  aws_elasticache_global_replication_group: {
    sessions: {
      ...here,
      global_replication_group_id_suffix: "sessions",
      primary_replication_group_id: "${aws_elasticache_replication_group.sessions.id}",
    },
  },
  aws_kms_key: { data: { ...here, multi_region: true } },
  aws_kms_replica_key: { data: { ...there, primary_key_arn: "${aws_kms_key.data.arn}" } },
  aws_rds_cluster: {
    carts: {
      ...here,
      ...cluster,
      cluster_identifier: "shop-carts",
      database_name: "carts",
      master_username: "operator",
      manage_master_user_password: true,
      storage_encrypted: true,
      lifecycle: { ignore_changes: ["global_cluster_identifier"] },
    },
    second: {
      ...there,
      ...cluster,
      cluster_identifier: "shop-carts",
      kms_key_id: "${aws_kms_replica_key.data.arn}",
      global_cluster_identifier: "${aws_rds_global_cluster.carts.id}",
      storage_encrypted: true,
    },
  },
  aws_rds_cluster_instance: {
    one: {
      ...here,
      identifier: "shop-carts-1",
      cluster_identifier: "${aws_rds_cluster.carts.id}",
      engine: "aurora-postgresql",
      instance_class: "db.r7g.large",
    },
    two: {
      ...here,
      identifier: "shop-carts-2",
      cluster_identifier: "${aws_rds_cluster_instance.one.cluster_identifier}",
      engine: "aurora-postgresql",
      instance_class: "db.r7g.large",
    },
  },
  aws_rds_global_cluster: {
    carts: {
      ...here,
      global_cluster_identifier: "shop-carts",
      source_db_cluster_identifier: "${aws_rds_cluster.carts.arn}",
      force_destroy: false,
    },
  },
};

/** Services, schedules, names, queues, mail, parameters and backups. */
const SERVICES = {
  aws_backup_plan: {
    daily: {
      ...here,
      name: "shop",
      rule: [{ rule_name: "daily", target_vault_name: "${aws_backup_vault.vault.name}" }],
    },
  },
  aws_backup_vault: { vault: { ...here, name: "shop" } },
  aws_ecr_replication_configuration: {
    images: {
      ...here,
      replication_configuration: {
        rule: [{ destination: [{ region: "eu-west-1", registry_id: "123456789012" }] }],
      },
    },
  },
  aws_ecr_repository: { web: { ...here, name: "shop/web" } },
  aws_ecs_cluster: { shop: { ...here, name: "shop" } },
  aws_ecs_service: {
    web: { ...here, name: "web", cluster: "${aws_ecs_cluster.shop.arn}", desired_count: 2 },
  },
  aws_route53_zone: { writer: { ...here, name: "writer.internal", vpc: [{ vpc_id: "vpc-1" }] } },
  aws_route53_zone_association: {
    there: {
      ...here,
      zone_id: "${aws_route53_zone.writer.zone_id}",
      vpc_id: "vpc-2",
      vpc_region: "eu-west-1",
    },
  },
  aws_scheduler_schedule: {
    nightly: {
      ...here,
      name: "nightly",
      group_name: "shop",
      schedule_expression: "rate(1 day)",
      flexible_time_window: { mode: "OFF" },
      target: { arn: "${aws_ecs_cluster.shop.arn}", role_arn: "arn:aws:iam::123456789012:role/scheduler" },
    },
  },
  aws_service_discovery_private_dns_namespace: {
    shop: { ...here, name: "shop.internal", vpc: "vpc-1" },
  },
  aws_service_discovery_service: {
    pooler: {
      ...here,
      name: "pooler",
      dns_config: {
        namespace_id: "${aws_service_discovery_private_dns_namespace.shop.id}",
        dns_records: [{ ttl: 5, type: "A" }],
      },
    },
  },
  aws_sesv2_email_identity: {
    here: {
      ...here,
      email_identity: "example.com",
      dkim_signing_attributes: { next_signing_key_length: "RSA_2048_BIT" },
    },
    there: {
      ...there,
      email_identity: "example.com",
      dkim_signing_attributes: { next_signing_key_length: "RSA_2048_BIT" },
    },
  },
  aws_sqs_queue: { jobs: { ...here, name: "shop-jobs" } },
  aws_ssm_parameter: {
    completion: {
      ...there,
      name: "/relocate/shop/completion",
      type: "String",
      value: "none",
      lifecycle: { ignore_changes: ["value"] },
    },
  },
  aws_wafv2_web_acl: {
    edge: {
      ...here,
      name: "shop",
      scope: "CLOUDFRONT",
      default_action: { allow: {} },
      visibility_config: {
        cloudwatch_metrics_enabled: true,
        metric_name: "shop",
        sampled_requests_enabled: true,
      },
    },
  },
};

/** What else holds data, or a name or key that others hold on to. */
const HOLDERS = {
  aws_backup_vault_lock_configuration: {
    vault: { ...here, backup_vault_name: "${aws_backup_vault.vault.name}", min_retention_days: 7 },
  },
  aws_cloudfront_distribution: {
    edge: {
      ...here,
      enabled: true,
      origin: [{ origin_id: "source", domain_name: "source.example.com" }],
      default_cache_behavior: {
        allowed_methods: ["GET", "HEAD"],
        cached_methods: ["GET", "HEAD"],
        target_origin_id: "source",
        viewer_protocol_policy: "redirect-to-https",
      },
      restrictions: { geo_restriction: { restriction_type: "none" } },
      viewer_certificate: { cloudfront_default_certificate: true },
    },
  },
  aws_cloudfront_key_value_store: { router: { ...here, name: "router" } },
  aws_cloudwatch_log_group: { web: { ...here, name: "/shop/web" } },
  aws_db_cluster_snapshot: {
    last: {
      ...here,
      db_cluster_identifier: "${aws_rds_cluster.carts.id}",
      db_cluster_snapshot_identifier: "shop-carts-last",
    },
  },
  aws_db_instance_automated_backups_replication: {
    orders: { ...there, source_db_instance_arn: "${aws_db_instance.orders.arn}" },
  },
  aws_db_snapshot: {
    last: {
      ...here,
      db_instance_identifier: "${aws_db_instance.orders.identifier}",
      db_snapshot_identifier: "shop-orders-last",
    },
  },
  aws_db_snapshot_copy: {
    last: {
      ...there,
      source_db_snapshot_identifier: "${aws_db_snapshot.last.db_snapshot_arn}",
      target_db_snapshot_identifier: "shop-orders-last",
    },
  },
  aws_dynamodb_table: {
    journal: { ...here, name: "journal", hash_key: "id", attribute: [{ name: "id", type: "S" }] },
  },
  aws_eip: { nat: { ...here, domain: "vpc" } },
  aws_rds_cluster_snapshot_copy: {
    last: {
      ...there,
      source_db_cluster_snapshot_identifier: "${aws_db_cluster_snapshot.last.db_cluster_snapshot_arn}",
      target_db_cluster_snapshot_identifier: "shop-carts-last",
    },
  },
  aws_s3_bucket: { uploads: { ...here, bucket: "shop-uploads" } },
  aws_secretsmanager_secret: { payment: { ...here, name: "payment" } },
  aws_secretsmanager_secret_version: {
    payment: {
      ...here,
      secret_id: "${aws_secretsmanager_secret.payment.arn}",
      secret_string: "changed by people",
    },
  },
  aws_sns_topic: { alarms: { ...here, name: "alarms" } },
  aws_vpc: { shop: { ...here, cidr_block: "10.0.0.0/16" } },
};

/** Everything that a relocation holds, with every type that holds data. */
export const MODULES: Configuration = { resource: { ...STORES, ...SERVICES, ...HOLDERS } };
