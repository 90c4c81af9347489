/** For each rule a change that it must find, and one beside it that it must let pass. */
export interface Example {
  readonly rule: string;
  /** Type of what the rule is to speak of. */
  readonly type: string;
  /** Arguments before and after; `null`: the object is not there. */
  readonly bad: readonly [before: object | null, after: object | null];
  readonly good: readonly [before: object | null, after: object | null];
}

const here = { provider: "aws.here" };
const there = { provider: "aws.there" };

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
const group = { ...here, name: "open", ingress: [] as object[] };
const ingress = (port: number, cidr: string) => ({
  description: "",
  from_port: port,
  to_port: port,
  protocol: "tcp",
  cidr_blocks: [cidr],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
});
const policy = (action: string) => ({
  role: "app",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
  }),
});
const accessBlock = (bucket: string, isOn: boolean) => ({
  ...here,
  bucket,
  block_public_acls: isOn,
  block_public_policy: isOn,
  ignore_public_acls: isOn,
  restrict_public_buckets: isOn,
});
const versioning = (bucket: string, status: string) => ({
  ...here,
  bucket,
  versioning_configuration: { status },
});
const table = (name: string) => ({
  ...here,
  name,
  hash_key: "id",
  attribute: { name: "id", type: "S" },
  billing_mode: "PAY_PER_REQUEST",
});
const peering = { ...here, vpc_id: "vpc-1", peer_vpc_id: "vpc-2" };
const queue = (name: string, seconds: number) => ({ ...here, name, message_retention_seconds: seconds });

/** Changes that one object shows by itself. */
export const EXAMPLES: readonly Example[] = [
  {
    rule: "stateful-destroyed",
    type: "aws_s3_bucket",
    bad: [{ ...here, bucket: "gone" }, null],
    good: [
      { ...here, bucket: "kept" },
      { ...here, bucket: "kept", tags: { a: "b" } },
    ],
  },
  {
    rule: "stateful-replaced",
    type: "aws_dynamodb_table",
    bad: [table("one"), table("two")],
    good: [table("three"), { ...table("three"), tags: { a: "b" } }],
  },
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
    rule: "open-to-the-world",
    type: "aws_security_group",
    bad: [group, { ...group, ingress: [ingress(5432, "0.0.0.0/0")] }],
    good: [
      { ...group, name: "web" },
      { ...group, name: "web", ingress: [ingress(443, "0.0.0.0/0"), ingress(5432, "10.0.0.0/8")] },
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
    rule: "made-public",
    type: "aws_s3_bucket_public_access_block",
    bad: [accessBlock("a", true), accessBlock("a", false)],
    good: [accessBlock("b", false), accessBlock("b", true)],
  },
  {
    rule: "versioning-suspended",
    type: "aws_s3_bucket_versioning",
    bad: [versioning("a", "Enabled"), versioning("a", "Suspended")],
    good: [versioning("b", "Suspended"), versioning("b", "Enabled")],
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
    rule: "backup-lowered",
    type: "aws_sqs_queue",
    bad: [queue("a", 345600), queue("a", 60)],
    good: [queue("b", 60), queue("b", 345600)],
  },
  {
    rule: "way-back-removed",
    type: "aws_vpc_peering_connection",
    bad: [peering, null],
    good: [peering, { ...peering, tags: { a: "b" } }],
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
  {
    rule: "everything-allowed",
    type: "aws_iam_role_policy",
    bad: [policy("s3:GetObject"), policy("s3:*")],
    good: [policy("s3:*"), policy("s3:Get*")],
  },
  {
    rule: "replacement-unknown",
    type: "aws_kinesis_stream",
    bad: [
      { ...here, name: "a", shard_count: 1 },
      { ...here, name: "a", shard_count: 2 },
    ],
    good: [
      { ...here, name: "b", shard_count: 1 },
      { ...here, name: "b", shard_count: 1 },
    ],
  },
];
