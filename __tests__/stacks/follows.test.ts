import type { Workload } from "../../lib/workload/workload";
import type { RelocationProps } from "../../stacks/relocation";
import { type PhaseJson, relocation, storefront, synthesized } from "./example";

const workload: Workload = { ...storefront, secrets: ["payment"], keys: ["personal"] };
const before: RelocationProps = { ...relocation, workload };

/** From where the relocation before has led. */
const from = (target: RelocationProps["target"]): RelocationProps => ({
  ...before,
  source: {
    ...before.target,
    adopt: {
      keys: { personal: "mrk-1234abcd12ab34cd56ef1234567890ab" },
      secrets: { payment: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:payment-AbCdEf" },
    },
  },
  target,
  follows: before,
});

/** Addresses that a stack has Terraform forget, without their hashes. */
function forgotten(stack: PhaseJson): string[] {
  const { removed = [] } = stack as { removed?: { from: string; lifecycle: { destroy: boolean } }[] };
  expect(removed.filter(({ lifecycle }) => lifecycle.destroy)).toEqual([]);
  return removed.map((block) => block.from.replace(/_[0-9A-F]{8}$/, "")).sort();
}

const regionsOf = (stack: PhaseJson) => {
  const { provider } = stack as unknown as { provider: { aws: { alias: string }[] } };
  return provider.aws.map(({ alias }) => alias);
};

const LEFT_IN_STANDBY = [
  "aws_kms_alias.us-east-1_personal_alias",
  "aws_kms_key.us-east-1_personal_key",
  "aws_kms_replica_key.eu-west-1_personal_key",
  "aws_secretsmanager_secret.us-east-1_payment_secret",
];

test("onward, nothing of the region before is managed any more, and it can still be read", () => {
  const { standby, replication, cutover, decommission } = synthesized(
    from({ region: "ap-south-1", cidr: "10.30.0.0/16" }),
  );
  expect(forgotten(standby!)).toEqual(LEFT_IN_STANDBY);
  expect(forgotten(replication!)).toEqual([]);
  expect(forgotten(cutover!)).toEqual([]);
  expect(forgotten(decommission!)).toEqual(
    expect.arrayContaining(["aws_backup_vault.us-east-1_vault", "aws_db_snapshot.us-east-1_orders_snapshot"]),
  );
  for (const stack of [standby!, cutover!, decommission!]) {
    expect([...regionsOf(stack)].sort()).toEqual(["ap-south-1", "eu-west-1", "global", "us-east-1"]);
  }
});

test("on the way back, the vaults go on, and last snapshots and archive of the relocation before are forgotten", () => {
  const { standby, decommission } = synthesized(from(before.source));
  // The alias of the key there is the replica's.
  expect(forgotten(standby!)).toEqual(LEFT_IN_STANDBY.filter((address) => !address.includes("_alias")));
  const left = forgotten(decommission!);
  expect(left).toEqual(
    expect.arrayContaining([
      "aws_db_snapshot.us-east-1_orders_snapshot",
      "aws_s3_bucket.eu-west-1_archive_bucket",
    ]),
  );
  expect(left.filter((address) => address.includes("vault"))).toEqual([]);
});
