import { Lazy, TerraformOutput, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { SUPPRESSIONS_OUTPUT } from "./manifest";

/** Why a rule of `relocate review` is not to speak of something. */
export interface ReviewSuppression {
  /** Id of the rule, such as `backup-lowered`. */
  readonly rule: string;
  /** For whoever reviews the plan: at least a short sentence. */
  readonly reason: string;
  /**
   * Addresses besides those of the construct and all below it: of what has left the code and is to be destroyed, such as
   * `aws_s3_bucket.scratch_4F7A`, and of what a Terraform module makes.
   *
   * @default - none
   */
  readonly addresses?: readonly string[];
}

interface Suppressed extends ReviewSuppression {
  readonly scope: IConstruct;
}

const LEAST_REASON = 10;
const byStack = new WeakMap<TerraformStack, Suppressed[]>();

/**
 * Has `relocate review` let a rule's findings pass for a construct and all below it. The review shows them, with the reason.
 * It travels in an output of the stack, so it is reviewed like any other change.
 *
 * @throws Error when the reason is too short to be one
 */
export function suppressReview(scope: IConstruct, suppression: ReviewSuppression): void {
  const { rule, reason } = suppression;
  if (reason.trim().length < LEAST_REASON) {
    throw new Error(
      `${scope.node.path}: found reason "${reason}" for suppressing ${rule}, expected a sentence of at least ${LEAST_REASON} characters. ` +
        "Fix: say why the change is safe here.",
    );
  }
  const stack = TerraformStack.of(scope);
  const known = byStack.get(stack);
  if (known) {
    known.push({ scope, ...suppression });
    return;
  }
  const suppressed = [{ scope, ...suppression }];
  byStack.set(stack, suppressed);
  new TerraformOutput(stack, SUPPRESSIONS_OUTPUT, {
    description: "What relocate review lets pass, and why",
    staticId: true,
    value: Lazy.anyValue({ produce: () => suppressed.map(told) }),
  });
}

const told = ({ scope, rule, reason, addresses = [] }: Suppressed) => ({
  rule,
  reason,
  addresses: [
    ...scope.node
      .findAll()
      .filter((one) => TerraformResource.isTerraformResource(one))
      .map((resource) => `${resource.terraformResourceType}.${resource.friendlyUniqueId}`),
    ...addresses,
  ],
});
