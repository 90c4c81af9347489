import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { openScope } from "./scope";

export interface RegionScopeProps {
  /** Region code, such as `eu-west-1`. Changing it moves nothing: it plans new resources and the loss of the old ones. */
  readonly region: string;
  /** Tags for everything below. @default - none */
  readonly tags?: { readonly [key: string]: string };
  /** Id of the only account this may touch; another one's credentials are refused. @default - any account */
  readonly account?: string;
}

/**
 * Everything below stands in one region.
 *
 * The scope owns the region's aliased provider and gives it to every resource and data source below, so a module never
 * passes providers about. Synth fails when a global resource type, or another region's provider, is found inside.
 *
 * Use the region's name as the id, never `source` or `target`: the id is part of every address below.
 */
export class RegionScope extends Construct {
  readonly region: string;
  readonly provider: AwsProvider;

  constructor(scope: Construct, id: string, props: RegionScopeProps) {
    super(scope, id);
    this.region = props.region;
    this.provider = new AwsProvider(this, "aws", {
      region: props.region,
      alias: props.region,
      allowedAccountIds: props.account === undefined ? undefined : [props.account],
      defaultTags: props.tags ? [{ tags: { ...props.tags } }] : undefined,
    });
    openScope(this, { kind: "region", region: props.region, provider: this.provider });
  }
}
