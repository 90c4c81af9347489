import { Fn } from "cdktf";

/** Region that stands in an ARN, as an expression: the ARN may be known to Terraform only. */
export const regionOfArn = (arn: string): string => Fn.element(Fn.split(":", arn), 3) as string;
