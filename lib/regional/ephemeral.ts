import { Lazy, ref, TerraformStack, Token, type TerraformResource } from "cdktf";

/** Arguments of an ephemeral resource, by Terraform's names. */
export type EphemeralArguments = Readonly<Record<string, unknown>>;

/**
 * Adds an ephemeral resource for the sake of one resource, whose provider it shares: Terraform opens it anew in each plan
 * and apply, and no plan or state ever holds what it gives.
 *
 * @param result attribute whose value is wanted, by Terraform's name
 * @returns expression for that value
 */
export function ephemeral(
  user: TerraformResource,
  type: string,
  given: EphemeralArguments,
  result: string,
): string {
  const id = user.friendlyUniqueId;
  // The bindings know no ephemeral resources. The scope's provider is settled only at synth, hence the late value.
  TerraformStack.of(user).addOverride(`ephemeral.${type}.${id}`, {
    provider: Lazy.stringValue({ produce: () => user.provider?.fqn }),
    ...given,
  });
  return Token.asString(ref(`ephemeral.${type}.${id}.${result}`));
}
