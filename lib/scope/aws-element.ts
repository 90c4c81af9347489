import { TerraformDataSource, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** A managed resource or a data source of the AWS provider. */
export type AwsElement = TerraformResource | TerraformDataSource;

/** Whether a construct belongs to the AWS provider, by its Terraform type. */
export function isAwsElement(construct: IConstruct): construct is AwsElement {
  return (
    (TerraformResource.isTerraformResource(construct) || construct instanceof TerraformDataSource) &&
    construct.terraformResourceType.startsWith("aws_")
  );
}

/** An argument that only some resource types have, by the binding's property name, such as `regionInput`. */
export function argument(element: AwsElement, name: string): unknown {
  return (element as unknown as Record<string, unknown>)[name];
}

/** What `addOverride` sets for an argument past the binding; undefined when it sets nothing there. */
export function overridden(element: AwsElement, name: string): unknown {
  return (argument(element, "rawOverrides") as Record<string, unknown>)[name];
}
