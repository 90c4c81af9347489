import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { Completion } from "../link/completion";
import { allow } from "./policy";

/** Which role may write the proof of completion. */
export interface CompletionAccessProps {
  /** Name of the role that runs the runbook. */
  readonly roleName: string;
  readonly completion: Pick<Completion, "arn">;
}

/**
 * Lets the runbook write the proof that the way back has ended, and no other parameter.
 *
 * Cost: none.
 */
export class CompletionAccess extends Construct {
  constructor(scope: Construct, id: string, props: CompletionAccessProps) {
    super(scope, id);
    new IamRolePolicy(this, "policy", {
      role: props.roleName,
      name: "completion",
      policy: allow([
        { actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [props.completion.arn] },
      ]),
    });
  }
}
