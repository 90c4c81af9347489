import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { openScope } from "./scope";
import { scopeProvider, type ScopeProviderProps } from "./scope-provider";

/** Which region a scope stands for, and by whose provider. */
export interface RegionScopeProps extends ScopeProviderProps {
  /** Region code, such as `eu-west-1`. Changing it moves nothing: it plans new resources and the loss of the old ones. */
  readonly region: string;
}

/**
 * Everything below stands in one region.
 *
 * The scope has the region's aliased provider and gives it to every resource and data source below, so a module never
 * passes providers about. Synth fails when a global resource type, or another region's provider, is found inside.
 *
 * Use the region's name as the id, never `source` or `target`: the id is part of every address below.
 */
export class RegionScope extends Construct {
  /** Region code. */
  readonly region: string;
  /** What everything below gets. */
  readonly provider: AwsProvider;

  constructor(scope: Construct, id: string, props: RegionScopeProps) {
    super(scope, id);
    this.region = props.region;
    this.provider = scopeProvider(this, props.region, props.region, props);
    openScope(this, { kind: "region", region: props.region, provider: this.provider });
  }
}
