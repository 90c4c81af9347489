import { addresses, relocation, synthesized } from "./example";

/** Types whose resources hold what cannot be made again: rows, objects, keys, secrets, names in use. */
const STATEFUL = [
  "aws_cloudfront_distribution",
  "aws_cloudfront_key_value_store",
  "aws_db_instance",
  "aws_db_snapshot",
  "aws_db_snapshot_copy",
  "aws_dynamodb_table",
  "aws_kms_key",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
];

/**
 * A public contract: a changed line here plans the loss of somebody's data. It is allowed in a major release, with a
 * `moved` block and a line in the changelog.
 */
const FROZEN: Record<string, string[]> = {
  standby: [
    "aws_db_instance.eu-west-1_orders_instance_75EC6251",
    "aws_db_instance.us-east-1_orders_instance_5F94FA68",
    "aws_kms_key.eu-west-1_orders_key_E7AB6B35",
    "aws_kms_key.us-east-1_orders_key_C0EC49A9",
    "aws_s3_bucket.eu-west-1_uploads_bucket_22EC165E",
    "aws_s3_bucket.us-east-1_uploads_bucket_E7198787",
    "aws_secretsmanager_secret.us-east-1_orders-credentials_secret_D5DD09FD",
  ],
  replication: ["aws_dynamodb_table.eu-west-1_journal_table_1E74C332"],
  cutover: [
    "aws_cloudfront_distribution.global_edge_distribution_1DF69CD0",
    "aws_cloudfront_key_value_store.global_edge_router_store_54B02EB7",
  ],
  decommission: [
    "aws_db_snapshot.us-east-1_orders_snapshot_78B3A6B2",
    "aws_db_snapshot_copy.eu-west-1_orders_copy_DAAF4DC9",
    "aws_s3_bucket.eu-west-1_archive_bucket_3D029894",
  ],
};

const stacks = synthesized();

test.each(Object.entries(FROZEN))(
  "the addresses of what holds data in %s stay as they are",
  (phase, frozen) => {
    expect(addresses(stacks[phase]!, STATEFUL)).toEqual(frozen);
  },
);

test("a region keeps its addresses when it is the next relocation's other side", () => {
  const back = synthesized({ ...relocation, source: relocation.target, target: relocation.source });
  const instances = (stack: (typeof stacks)[string]) =>
    addresses(stack, ["aws_db_instance", "aws_s3_bucket", "aws_kms_key"]);
  expect(instances(back.standby!)).toEqual(instances(stacks.standby!));
});
