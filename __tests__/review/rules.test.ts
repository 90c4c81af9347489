import { review, type Review } from "../../review/review";
import { reviewedPlan } from "../../review/reviewed-plan";
import { ACCESS } from "./changes/access";
import { DATABASES } from "./changes/databases";
import type { Example } from "./changes/example";
import { NETWORK } from "./changes/network";
import { STORES } from "./changes/stores";
import { realPlan } from "./real-plan";

const EXAMPLES: readonly Example[] = [...DATABASES, ...STORES, ...ACCESS, ...NETWORK];

const nameOf = ({ rule, type }: Example, verdict: "bad" | "good") =>
  `${verdict}_${rule.replaceAll("-", "_")}_${type}`;

/** All examples as they are before, or after. */
function configuration(moment: 0 | 1) {
  const resource: Record<string, Record<string, object>> = {};
  for (const example of EXAMPLES) {
    for (const verdict of ["bad", "good"] as const) {
      const arguments_ = example[verdict][moment];
      if (arguments_) (resource[example.type] ??= {})[nameOf(example, verdict)] = arguments_;
    }
  }
  return { resource };
}

describe("each rule, on one plan by the real Terraform core", () => {
  let found: Review;
  beforeAll(async () => {
    const json = await realPlan({ before: configuration(0), after: configuration(1) });
    found = review([reviewedPlan({ file: "everything.json", json: { ...json, made_offline: true } })]);
  });

  const addressesOf = (rule: string) =>
    found.findings.filter((finding) => finding.rule.id === rule).map(({ object }) => object.address);

  test.each(EXAMPLES)("A2: $rule finds a change of $type, and lets another pass", (example) => {
    expect(addressesOf(example.rule)).toContain(`${example.type}.${nameOf(example, "bad")}`);
    expect(addressesOf(example.rule)).not.toContain(`${example.type}.${nameOf(example, "good")}`);
  });

  test("nothing is found that is not meant", () => {
    const meant = EXAMPLES.map((example) => `${example.type}.${nameOf(example, "bad")}`);
    expect(
      found.findings.map(({ object }) => object.address).filter((address) => !meant.includes(address)),
    ).toEqual([]);
  });
});
