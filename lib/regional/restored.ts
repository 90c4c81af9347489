import { conditional, Op, TerraformCount, Token, type TerraformResource } from "cdktf";

/** How many there are of what is made from a snapshot: none as long as the expression for the snapshot is empty. */
export function onceRestored(restoreFrom: string | undefined): TerraformCount | undefined {
  if (restoreFrom === undefined) return undefined;
  return TerraformCount.of(Token.asNumber(conditional(Op.eq(restoreFrom, ""), 0, 1)));
}

/**
 * An attribute of a resource that may be counted; empty as long as there is none.
 *
 * @param attribute by Terraform's name
 */
export function attributeOf(resource: TerraformResource, attribute: string): string {
  if (resource.count === undefined) return resource.getStringAttribute(attribute);
  const { terraformResourceType: type, friendlyUniqueId: id } = resource;
  return `\${join("", ${type}.${id}[*].${attribute})}`;
}
