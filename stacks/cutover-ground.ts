import type { GlobalScope } from "../lib/scope/global-scope";
import type { StandbyRegion } from "./region-half";
import type { RelocationProps, RelocationRegion } from "./relocation-props";

/** One of the regions between which the active side changes. */
export interface ActiveSide {
  /** With a scope of the cutover stack. */
  readonly region: StandbyRegion;
  readonly side: RelocationRegion;
  /** Terraform bool expression: whether this is the active side. */
  readonly active: string;
}

/** What follows the active side is built on this. */
export interface CutoverGround {
  readonly relocation: RelocationProps;
  readonly global: GlobalScope;
  /** Id of the account. */
  readonly account: string;
  /** @default - it is gone: the target is the active side for good */
  readonly source?: ActiveSide;
  readonly target: ActiveSide;
}
