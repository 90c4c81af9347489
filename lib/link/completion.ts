import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Construct } from "constructs";

/** Which workload's completion is proved. */
export interface CompletionProps {
  /** Name of the workload, such as `storefront`. */
  readonly workload: string;
}

/** Name of the parameter that says whether the way back has ended. */
export const completionParameter = (workload: string): string => `/relocate/${workload}/completion`;

/** What it holds until then. */
export const NOT_COMPLETE = "none";

/**
 * Where the runbook's `complete` writes that the way back has ended: JSON with `completedAt`. Stands in the target
 * region.
 *
 * Terraform makes it and never writes it again, so a deploy neither forges the proof nor takes it back. What may happen
 * only afterwards asks it, see `retirementGuard`. It goes with the stack it stands in: retire the source first.
 *
 * Cost: none.
 */
export class Completion extends Construct {
  readonly parameterName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CompletionProps) {
    super(scope, id);
    const parameter = new SsmParameter(this, "parameter", {
      name: completionParameter(props.workload),
      description: "Written by relocate complete: from then on there is no way back",
      type: "String",
      // No secret, and an operator should see it in a plan.
      insecureValue: NOT_COMPLETE,
      lifecycle: { ignoreChanges: ["insecure_value"] },
    });
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
  }
}
