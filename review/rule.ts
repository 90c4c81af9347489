import type { ReviewedObject, ReviewedPlan } from "./reviewed-plan";

/** `blocks`: not to be applied as it is; `warns`: to be looked at. */
export type Severity = "blocks" | "warns";

/** What a rule has to say about one object. */
export interface Remark {
  readonly object: ReviewedObject;
  /** What was found, such as `backup_retention_period goes from 14 to 1`. */
  readonly found: string;
}

/** A change that experience says to look out for. One file each; `find` is pure. */
export interface Rule {
  /** Stable: suppressions name it. */
  readonly id: string;
  readonly severity: Severity;
  /** What the rule asks for, in a few words. */
  readonly title: string;
  /** What happens otherwise. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  /** @param plans all that are reviewed together: what two stacks do matters together */
  find(plans: readonly ReviewedPlan[]): readonly Remark[];
}

/** Objects of all plans. */
export const objectsOf = (plans: readonly ReviewedPlan[]): ReviewedObject[] =>
  plans.flatMap(({ objects }) => objects);

/** Objects that stood before and shall stand after. */
export const changedObjects = (
  plans: readonly ReviewedPlan[],
): (ReviewedObject & Required<Pick<ReviewedObject, "before" | "after">>)[] =>
  objectsOf(plans).flatMap((object) => {
    const { before, after, kind } = object;
    return before && after && kind !== "none" ? [{ ...object, before, after }] : [];
  });
