import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { Construct } from "constructs";

/** Id of the account the stack is applied in. */
export function accountId(scope: Construct): string {
  return new DataAwsCallerIdentity(scope, "account").accountId;
}
