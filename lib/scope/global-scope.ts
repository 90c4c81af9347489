import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { GLOBAL_REGION } from "./global-types";
import { openScope } from "./scope";

export interface GlobalScopeProps {
  /** Tags for everything below. @default - none */
  readonly tags?: { readonly [key: string]: string };
  /** Id of the only account this may touch; another one's credentials are refused. @default - any account */
  readonly account?: string;
}

/**
 * Everything below exists once per account: IAM, CloudFront, Route 53, and CloudFront's parts in us-east-1.
 *
 * Synth fails when a regional resource type is found inside. Data sources may stand here: reading creates nothing.
 */
export class GlobalScope extends Construct {
  readonly provider: AwsProvider;

  constructor(scope: Construct, id: string, props: GlobalScopeProps = {}) {
    super(scope, id);
    this.provider = new AwsProvider(this, "aws", {
      region: GLOBAL_REGION,
      alias: "global",
      allowedAccountIds: props.account === undefined ? undefined : [props.account],
      defaultTags: props.tags ? [{ tags: { ...props.tags } }] : undefined,
    });
    openScope(this, { kind: "global", region: GLOBAL_REGION, provider: this.provider });
  }
}
