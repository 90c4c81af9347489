import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { Construct } from "constructs";
import { accountId } from "../account";
import { keyPolicy } from "./key-policy";

export interface ModuleKeyProps {
  readonly description: string;
  /** Whether Terraform refuses to destroy the key: what it encrypted is unreadable without. */
  readonly preventDestroy: boolean;
  /** Name that the console shows, without `alias/`. @default - none */
  readonly alias?: string;
}

/**
 * The key of one module and one region, rotated every year.
 *
 * @returns its ARN
 */
export function moduleKey(scope: Construct, { description, preventDestroy, alias }: ModuleKeyProps): string {
  const key = new KmsKey(scope, "key", {
    description,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: keyPolicy(accountId(scope)),
    lifecycle: { preventDestroy },
  });
  if (alias !== undefined) {
    new KmsAlias(scope, "key-alias", { name: `alias/${alias}`, targetKeyId: key.keyId });
  }
  return key.arn;
}
