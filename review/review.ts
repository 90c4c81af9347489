import type { ReviewedObject, ReviewedPlan } from "./reviewed-plan";
import type { Rule, Severity } from "./rule";
import { RULES } from "./rules";
import { suppressionsOf, type Suppression } from "./suppression";

/** What a rule has found of one object. */
export interface Finding {
  readonly rule: Rule;
  readonly object: ReviewedObject;
  readonly found: string;
  /** Why it is allowed nevertheless. @default - it is not */
  readonly suppressed?: string;
}

/** What is to be said of some plans. */
export interface Review {
  readonly plans: readonly ReviewedPlan[];
  /** Those that block first, and within them in the order of the rules. */
  readonly findings: readonly Finding[];
  /** Suppressions that met nothing: they can go. */
  readonly idle: readonly Suppression[];
  /** The worst that is not suppressed. */
  readonly verdict: "clean" | Severity;
}

/**
 * Holds plans against every rule, all together.
 *
 * @throws Error that lists suppressions that are not valid
 */
export function review(plans: readonly ReviewedPlan[]): Review {
  const suppressions = suppressionsOf(plans);
  const used = new Set<Suppression>();
  const findings = RULES.flatMap((rule) =>
    rule.find(plans).map(({ object, found }): Finding => {
      const by = suppressions.find(
        (one) =>
          one.rule === rule.id &&
          one.stack === object.stack &&
          one.addresses.some((address) => isOf(object.address, address)),
      );
      if (by) used.add(by);
      return { rule, object, found, suppressed: by?.reason };
    }),
  );
  const standing = findings
    .filter(({ suppressed }) => suppressed === undefined)
    .map(({ rule }) => rule.severity);
  return {
    plans,
    findings: [...bySeverity(findings, "blocks"), ...bySeverity(findings, "warns")],
    idle: suppressions.filter((one) => !used.has(one)),
    verdict: standing.includes("blocks") ? "blocks" : standing.includes("warns") ? "warns" : "clean",
  };
}

/** Code does not know the keys of what `count` and `for_each` make: an address stands for all of them. */
const isOf = (address: string, suppressed: string): boolean =>
  address === suppressed || address.replace(/\[[^\]]*\]$/, "") === suppressed;

const bySeverity = (findings: readonly Finding[], severity: Severity): Finding[] =>
  findings.filter(({ rule }) => rule.severity === severity);
