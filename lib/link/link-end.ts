import type { Construct } from "constructs";

/**
 * One end of a link: where its resources go.
 *
 * A link makes resources in two regions, so it takes a scope for each and puts every resource below the one it belongs
 * to; the scopes' providers do the rest.
 */
export interface LinkEnd {
  /** A `RegionScope` of the stack that holds the link, or any construct whose resources land in `region`. */
  readonly scope: Construct;
  /** Region code, such as `eu-west-1`. */
  readonly region: string;
}
