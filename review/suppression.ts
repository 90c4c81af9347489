import { z } from "zod";
import { SUPPRESSIONS_OUTPUT } from "../lib/manifest";
import type { ReviewedPlan } from "./reviewed-plan";
import { RULES } from "./rules";

const suppressions = z.array(
  z.strictObject({ rule: z.string(), addresses: z.array(z.string()), reason: z.string() }),
);

/** That a rule is not to speak of an object, said in the code of the stack. */
export interface Suppression {
  readonly stack: string;
  readonly rule: string;
  readonly addresses: readonly string[];
  readonly reason: string;
}

/**
 * Reads the suppressions that stacks carry in their output.
 *
 * @throws Error that lists suppressions of rules that do not exist, and what is not one
 */
export function suppressionsOf(plans: readonly ReviewedPlan[]): Suppression[] {
  const faults: string[] = [];
  const found = plans.flatMap(({ stack, file, outputs }) => {
    const value = outputs[SUPPRESSIONS_OUTPUT];
    if (value === undefined || value === null) return [];
    const parsed = suppressions.safeParse(value);
    if (parsed.success) return parsed.data.map((one) => ({ stack, ...one }));
    faults.push(
      `${file}: output ${SUPPRESSIONS_OUTPUT} is not what suppressReview writes: ${z.prettifyError(parsed.error)}`,
    );
    return [];
  });
  const known = RULES.map(({ id }) => id);
  for (const { stack, rule } of found) {
    if (!known.includes(rule))
      faults.push(`${stack}: suppresses rule ${rule}; there are ${known.join(", ")}`);
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return found;
}
