import { type Example, here, there } from "./example";

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
const queue = (name: string, seconds: number) => ({ ...here, name, message_retention_seconds: seconds });
const logGroup = (name: string, days: number) => ({ ...here, name, retention_in_days: days });

/** Changes of buckets, tables, queues, keys and logs. */
export const STORES: readonly Example[] = [
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
    rule: "key-disabled",
    type: "aws_kms_key",
    bad: [
      { ...here, is_enabled: true },
      { ...here, is_enabled: false },
    ],
    good: [
      { ...there, is_enabled: false },
      { ...there, is_enabled: true },
    ],
  },
  {
    rule: "versioning-suspended",
    type: "aws_s3_bucket_versioning",
    bad: [versioning("a", "Enabled"), versioning("a", "Suspended")],
    good: [versioning("b", "Suspended"), versioning("b", "Enabled")],
  },
  {
    rule: "backup-lowered",
    type: "aws_sqs_queue",
    bad: [queue("a", 345600), queue("a", 60)],
    good: [queue("b", 60), queue("b", 345600)],
  },
  {
    rule: "backup-lowered",
    type: "aws_cloudwatch_log_group",
    bad: [logGroup("a", 0), logGroup("a", 30)],
    good: [logGroup("b", 30), logGroup("b", 0)],
  },
  {
    rule: "created-unencrypted",
    type: "aws_efs_file_system",
    bad: [null, { ...here, creation_token: "a", encrypted: false }],
    good: [null, { ...here, creation_token: "b", encrypted: true }],
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
