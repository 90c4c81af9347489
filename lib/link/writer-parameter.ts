import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Construct } from "constructs";

/** How the parameter with a writer's host is called, and what it says. */
export interface WriterParameterProps {
  /** The name that the region's `Pooler` was given, such as `/relocate/storefront/orders/writer`. */
  readonly name: string;
  /** Host of the writer: a Terraform expression that follows the active side. */
  readonly writer: string;
}

/**
 * Tells one region's poolers which host is the writer.
 *
 * A changed value is staged by every instance within seconds, and taken at its next RELOAD or start: deploying alone
 * moves nobody. The runbook writes the value ahead and then switches all instances together; the deploy afterwards finds
 * the value it would have written.
 *
 * Cost: none.
 */
export class WriterParameter extends Construct {
  constructor(scope: Construct, id: string, { name, writer }: WriterParameterProps) {
    super(scope, id);
    new SsmParameter(this, "parameter", {
      name,
      type: "String",
      // No secret, and an operator should see it in a plan.
      insecureValue: writer,
      description:
        "Host that the poolers of this region send everything to; staged at once, taken at their next RELOAD",
    });
  }
}
