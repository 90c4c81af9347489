import { TerraformResource, type TerraformStack } from "cdktf";

/** The proofs of a completed relocation: a later one, to the same region, must not take them for its own. */
const PROOF = "aws_ssm_parameter";

/**
 * What a stack of a completed relocation holds and the next one's does not, as far as it must outlive both: Terraform
 * forgets it, and AWS keeps it.
 *
 * @returns `removed` blocks
 */
export function leftBehind(completed: TerraformStack, next: TerraformStack) {
  const kept = new Set(addresses(next));
  return addresses(completed)
    .filter((address) => !kept.has(address) && !address.startsWith(`${PROOF}.`))
    .map((from) => ({ from, lifecycle: { destroy: false } }));
}

function addresses(stack: TerraformStack): string[] {
  return stack.node
    .findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node))
    .map((resource) => `${resource.terraformResourceType}.${resource.friendlyUniqueId}`);
}
