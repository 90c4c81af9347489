import { Key, type KeyProps } from "../../lib/regional/key";
import { KeyReplica } from "../../lib/regional/key-replica";
import { RegionScope } from "../../lib/scope/region-scope";
import { inRegion, inStack } from "./synthesized";

const keys = (props: Partial<KeyProps> = {}) =>
  inStack((stack) => {
    const [here, there] = ["us-east-1", "eu-west-1"].map(
      (region) => new RegionScope(stack, region, { region }),
    ) as [RegionScope, RegionScope];
    const primary = new Key(here, "cards", { name: "cards", description: "Card numbers", ...props });
    new KeyReplica(there, "cards", { name: "cards", primary });
  });

test("a key and its replica are one multi-Region key, in a region each", () => {
  const made = keys();
  expect(made.one("aws_kms_key")).toMatchObject({
    provider: "aws.us-east-1",
    multi_region: true,
    enable_key_rotation: true,
    deletion_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
  expect(made.one("aws_kms_replica_key")).toMatchObject({
    provider: "aws.eu-west-1",
    primary_key_arn: expect.stringMatching(/aws_kms_key\..+\.arn/) as string,
    lifecycle: { prevent_destroy: true },
  });
  expect(Object.values(made.all("aws_kms_alias")).map(({ name }) => name)).toEqual([
    "alias/cards",
    "alias/cards",
  ]);
});

test("who may use a key is left to IAM, for the replica as well: it shares no policy with its primary", () => {
  const made = keys();
  for (const type of ["aws_kms_key", "aws_kms_replica_key"]) {
    const policy = JSON.parse(String(made.one(type).policy)) as {
      Statement: { Principal: { AWS: string } }[];
    };
    expect(policy.Statement.map(({ Principal }) => Principal.AWS)).toEqual([
      expect.stringMatching(/^arn:aws:iam::\$\{data\.aws_caller_identity\..+\.account_id}:root$/),
    ]);
  }
});

test("keys that are adopted keep their policies: others may have their rights from them", () => {
  const made = inStack((stack) => {
    const [here, there] = ["us-east-1", "eu-west-1"].map(
      (region) => new RegionScope(stack, region, { region }),
    ) as [RegionScope, RegionScope];
    const importId = "mrk-1";
    const primary = new Key(here, "cards", { name: "cards", description: "Card numbers", importId });
    new KeyReplica(there, "cards", { name: "cards", primary, importId });
  });
  for (const type of ["aws_kms_key", "aws_kms_replica_key"]) {
    expect(made.one(type)).not.toHaveProperty("policy");
  }
});

test("a key that exists is read, and the plan fails unless it belongs to several regions", () => {
  const made = inRegion("us-east-1", (scope) => {
    Key.fromExisting(scope, "cards", { arn: "arn:aws:kms:us-east-1:1:key/mrk-1" });
  });
  expect(made.one("data.aws_kms_key")).toMatchObject({
    key_id: "arn:aws:kms:us-east-1:1:key/mrk-1",
    lifecycle: { postcondition: [{ condition: "${self.multi_region}" }] },
  });
});

test("fails on an alias that KMS keeps for itself, or cannot take", () => {
  expect(() => keys({ name: "aws/cards" })).toThrow(
    /us-east-1\/cards: the key name "aws\/cards" is not of the form/,
  );
  expect(() => keys({ name: "card numbers" })).toThrow(
    /the key name "card numbers" is not of the form.*Fix:/,
  );
});
