import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { GLOBAL_REGION } from "./global-types";
import { openScope } from "./scope";
import { scopeProvider, type ScopeProviderProps } from "./scope-provider";

/** By whose provider the account's own things are made; one of us-east-1, where CloudFront's parts stand. */
export type GlobalScopeProps = ScopeProviderProps;

/**
 * Everything below exists once per account: IAM, CloudFront, Route 53, and CloudFront's parts in us-east-1.
 *
 * Synth fails when a regional resource type is found inside. Data sources may stand here: reading creates nothing.
 */
export class GlobalScope extends Construct {
  /** What everything below gets. */
  readonly provider: AwsProvider;

  constructor(scope: Construct, id: string, props: GlobalScopeProps = {}) {
    super(scope, id);
    this.provider = scopeProvider(this, GLOBAL_REGION, "global", props);
    openScope(this, { kind: "global", region: GLOBAL_REGION, provider: this.provider });
  }
}
