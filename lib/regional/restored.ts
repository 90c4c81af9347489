import { Fn, ref, TerraformCount, type TerraformResource, Token } from "cdktf";

/** How many there are of what is made from a snapshot: none as long as the expression for the snapshot is empty. */
export function onceRestored(restoreFrom: string | undefined): TerraformCount | undefined {
  if (restoreFrom === undefined) return undefined;
  return TerraformCount.of(Token.asNumber(Fn.lengthOf(Fn.compact([restoreFrom]))));
}

/**
 * An attribute of a resource that may be counted; empty as long as there is none.
 *
 * @param attribute by Terraform's name
 */
export function attributeOf(resource: TerraformResource, attribute: string): string {
  if (resource.count === undefined) return resource.getStringAttribute(attribute);
  const { terraformResourceType: type, friendlyUniqueId: id } = resource;
  return Fn.join("", Token.asList(ref(`${type}.${id}[*].${attribute}`)));
}
