import type { ReviewedPlan } from "./reviewed-plan";
import { isTrue, text } from "./value";

/**
 * Whether a plan may destroy what the source holds: it has read the proof that the way back has ended and that the source's
 * last snapshots stand, without which Terraform would have refused it; or it is the decommission stack itself.
 */
export function isRetired({ phase, variables, read }: ReviewedPlan): boolean {
  if (phase === "decommission") return isTrue(variables.retire_source);
  return read.some(
    ({ type, values }) => type === "aws_ssm_parameter" && isFinalBackup(text(values.insecure_value)),
  );
}

/** What the decommission stack writes: see `lib/retirement/final-backup.ts`. */
function isFinalBackup(proof: string): boolean {
  if (!proof.startsWith("{")) return false;
  try {
    const found = JSON.parse(proof) as { completedAt?: unknown; snapshots?: unknown };
    return typeof found.completedAt === "string" && found.snapshots !== undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
