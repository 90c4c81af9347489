import { TerraformCount } from "cdktf";
import { finalSnapshot } from "../../lib/retirement/final-snapshot";
import type { DatabaseEngine } from "../../lib/workload/database";
import { inRegion } from "../regional/synthesized";

const named = (snapshot: string, engine?: DatabaseEngine) => () =>
  inRegion("us-east-1", (scope) => {
    finalSnapshot(scope, "orders", {
      ...{ engine, identifier: "storefront-orders", snapshot },
      kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
      count: TerraformCount.of(1),
    });
  });

test("fails on a snapshot whose copy's name would be too long: sooner with Aurora", () => {
  expect(named("o".repeat(59), "aurora-postgresql")).toThrow(
    /us-east-1\/orders: the snapshot name "o+" has 59 characters, AWS takes 58 at most/,
  );
  expect(named("o".repeat(58), "aurora-postgresql")).not.toThrow();
  expect(named("o".repeat(59))).not.toThrow();
  expect(named("o".repeat(251))).toThrow(/has 251 characters, AWS takes 250 at most/);
  expect(named("orders_last")).toThrow(/is not of the form AWS takes: letters, digits and single hyphens/);
});
