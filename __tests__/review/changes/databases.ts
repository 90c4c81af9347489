import { type Example, here, there } from "./example";

const instance = {
  ...here,
  engine: "postgres",
  engine_version: "17.4",
  instance_class: "db.m7g.large",
  allocated_storage: 100,
  username: "operator",
  manage_master_user_password: true,
  storage_encrypted: true,
  deletion_protection: true,
  backup_retention_period: 14,
  publicly_accessible: false,
};
const cluster = { ...there, engine: "aurora-postgresql", engine_version: "17.4", skip_final_snapshot: true };
const parameterGroup = (parameter: object[]) => ({ ...here, family: "postgres17", parameter });
const parameter = (name: string, value: string) => ({ name, value, apply_method: "pending-reboot" });

/** Changes of databases and caches. */
export const DATABASES: readonly Example[] = [
  {
    rule: "replica-promoted",
    type: "aws_db_instance",
    bad: [
      {
        ...there,
        identifier: "replica",
        instance_class: "db.m7g.large",
        replicate_source_db: "arn:aws:rds:us-east-1:123456789012:db:orders",
      },
      { ...there, identifier: "replica", instance_class: "db.m7g.large" },
    ],
    good: [
      {
        ...there,
        identifier: "stays",
        instance_class: "db.m7g.large",
        replicate_source_db: "arn:aws:rds:us-east-1:123456789012:db:orders",
      },
      {
        ...there,
        identifier: "stays",
        instance_class: "db.m7g.xlarge",
        replicate_source_db: "arn:aws:rds:us-east-1:123456789012:db:orders",
      },
    ],
  },
  {
    rule: "both-sides-writable",
    type: "aws_rds_cluster",
    bad: [
      { ...cluster, cluster_identifier: "leaves", global_cluster_identifier: "shop" },
      { ...cluster, cluster_identifier: "leaves" },
    ],
    good: [
      { ...cluster, cluster_identifier: "stays", global_cluster_identifier: "shop" },
      { ...cluster, cluster_identifier: "stays", global_cluster_identifier: "shop", tags: { a: "b" } },
    ],
  },
  {
    rule: "replica-promoted",
    type: "aws_rds_cluster",
    bad: [
      {
        ...cluster,
        cluster_identifier: "goes",
        replication_source_identifier: "arn:aws:rds:us-east-1:123456789012:cluster:shop",
      },
      { ...cluster, cluster_identifier: "goes" },
    ],
    good: [
      { ...cluster, cluster_identifier: "alone" },
      { ...cluster, cluster_identifier: "alone", tags: { a: "b" } },
    ],
  },
  {
    rule: "replication-turned-off",
    type: "aws_db_parameter_group",
    bad: [
      {
        ...parameterGroup([parameter("rds.logical_replication", "1"), parameter("max_wal_senders", "20")]),
        name: "off",
      },
      { ...parameterGroup([parameter("max_wal_senders", "10")]), name: "off" },
    ],
    good: [
      {
        ...parameterGroup([parameter("rds.logical_replication", "1"), parameter("work_mem", "20")]),
        name: "on",
      },
      {
        ...parameterGroup([parameter("rds.logical_replication", "1"), parameter("work_mem", "10")]),
        name: "on",
      },
    ],
  },
  {
    rule: "encryption-lowered",
    type: "aws_elasticache_replication_group",
    bad: [
      { ...here, replication_group_id: "a", description: "a", transit_encryption_enabled: true },
      { ...here, replication_group_id: "a", description: "a", transit_encryption_enabled: false },
    ],
    good: [
      { ...here, replication_group_id: "b", description: "b", transit_encryption_enabled: false },
      { ...here, replication_group_id: "b", description: "b", transit_encryption_enabled: true },
    ],
  },
  {
    rule: "encryption-lowered",
    type: "aws_db_instance",
    bad: [
      { ...instance, identifier: "bare" },
      { ...instance, identifier: "bare", storage_encrypted: false },
    ],
    good: [
      { ...instance, identifier: "sealed" },
      { ...instance, identifier: "sealed", tags: { a: "b" } },
    ],
  },
  {
    rule: "made-public",
    type: "aws_db_instance",
    bad: [
      { ...instance, identifier: "seen" },
      { ...instance, identifier: "seen", publicly_accessible: true },
    ],
    good: [
      { ...instance, identifier: "hidden", publicly_accessible: true },
      { ...instance, identifier: "hidden" },
    ],
  },
  {
    rule: "protection-lowered",
    type: "aws_db_instance",
    bad: [
      { ...instance, identifier: "bold" },
      { ...instance, identifier: "bold", deletion_protection: false },
    ],
    good: [
      { ...instance, identifier: "safe", deletion_protection: false },
      { ...instance, identifier: "safe" },
    ],
  },
  {
    rule: "engine-changed",
    type: "aws_db_instance",
    bad: [
      { ...instance, identifier: "older" },
      { ...instance, identifier: "older", engine_version: "18.1" },
    ],
    good: [
      { ...instance, identifier: "newer" },
      { ...instance, identifier: "newer", engine_version: "17.6" },
    ],
  },
];
