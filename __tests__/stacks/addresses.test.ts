import * as fs from "node:fs";
import * as path from "node:path";
import { everyModuleRelocation } from "./every-module";
import { addresses, relocation, synthesized } from "./example";
import { STATEFUL } from "./stateful";

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
    "aws_lb.eu-west-1_load-balancer_E4D32309",
    "aws_lb.us-east-1_load-balancer_DFA5CC02",
    "aws_s3_bucket.eu-west-1_load-balancer_access-logs_bucket_493D5AC2",
    "aws_s3_bucket.eu-west-1_uploads_bucket_22EC165E",
    "aws_s3_bucket.us-east-1_load-balancer_access-logs_bucket_BF74D893",
    "aws_s3_bucket.us-east-1_uploads_bucket_E7198787",
    "aws_secretsmanager_secret.eu-west-1_orders-credentials_secret_E6F81958",
    "aws_secretsmanager_secret.us-east-1_orders-credentials_secret_D5DD09FD",
    "aws_vpc.eu-west-1_network_vpc_90FB972E",
    "aws_vpc.us-east-1_network_vpc_AC3BFE91",
  ],
  replication: [
    "aws_dynamodb_table.eu-west-1_journal_table_1E74C332",
    "aws_ssm_parameter.eu-west-1_completion_parameter_CBF61A8D",
  ],
  cutover: [
    "aws_cloudfront_distribution.global_edge_distribution_1DF69CD0",
    "aws_cloudfront_key_value_store.global_edge_router_store_54B02EB7",
  ],
  decommission: [
    "aws_backup_vault.eu-west-1_vault_FF43BC8C",
    "aws_backup_vault.us-east-1_vault_B7736023",
    "aws_db_snapshot.us-east-1_orders_snapshot_78B3A6B2",
    "aws_db_snapshot_copy.us-east-1_orders_copy_BD12EAF0",
    "aws_kms_key.eu-west-1_vault_key_6F777579",
    "aws_kms_key.us-east-1_vault_key_A9E66E74",
    "aws_s3_bucket.eu-west-1_archive_bucket_3D029894",
    "aws_ssm_parameter.eu-west-1_final-backup_parameter_07FA617A",
  ],
};

const stacks = synthesized();

test.each(Object.entries(FROZEN))(
  "the addresses of what holds data in %s stay as they are",
  (phase, frozen) => {
    expect(addresses(stacks[phase]!, STATEFUL)).toEqual(frozen);
  },
);

test("the addresses of what holds data stay as they are with every module in use", () => {
  const found = Object.entries(synthesized(everyModuleRelocation)).map(([phase, stack]) => [
    phase,
    addresses(stack, STATEFUL),
  ]);
  const frozen = fs.readFileSync(path.join(__dirname, "every-module.addresses.json"), "utf8");
  expect(Object.fromEntries(found)).toEqual(JSON.parse(frozen));
});

test("a region keeps its addresses when it is the next relocation's other side", () => {
  const back = synthesized({ ...relocation, source: relocation.target, target: relocation.source });
  const instances = (stack: (typeof stacks)[string]) =>
    addresses(stack, ["aws_db_instance", "aws_s3_bucket", "aws_kms_key"]);
  expect(instances(back.standby!)).toEqual(instances(stacks.standby!));
});
