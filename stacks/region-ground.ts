import type { RegionScope } from "../lib/scope/region-scope";
import type { Workload } from "../lib/workload/workload";
import { existingFaults } from "./adoption-faults";
import type { ExistingModules } from "./existing-modules";
import { refuseFaults } from "./refuse-faults";
import type { RegionModules } from "./region-modules";
import type { RelocationProps, RelocationRegion } from "./relocation-props";

/** What a region's half of the workload is built on. */
export interface RegionGround {
  readonly scope: RegionScope;
  readonly workload: Workload;
  readonly side: RelocationRegion;
  /** Which of the two regions it is: decides engine versions, and which ids MySQL gives. */
  readonly role: "source" | "target";
  /** What of it is managed elsewhere. */
  readonly existing: ExistingModules;
  /** What this region gets copies of, from the other one. @default - none: this is the one that has them */
  readonly first?: Originals;
  /** The other region. @default - there is none: the workload stands in this region only */
  readonly otherRegion?: string;
}

/** What one region makes and the other one gets a copy of. */
export type Originals = Pick<
  RegionModules,
  "scope" | "databases" | "credentials" | "caches" | "secrets" | "keys"
>;

/** What AWS calls one of the workload's things. */
export const nameIn = ({ workload }: RegionGround, name: string): string => `${workload.name}-${name}`;

/**
 * Looks up what a region is built on; what exists there is described by the user, in the region's scope.
 *
 * @throws Error that lists what is described and the workload has not
 */
export function regionGround(
  scope: RegionScope,
  relocation: RelocationProps,
  role: "source" | "target",
  other: Pick<RegionGround, "first" | "otherRegion"> = {},
): RegionGround {
  const { workload, [role]: side } = relocation;
  const existing = side.existing?.(scope) ?? {};
  refuseFaults(workload.name, existingFaults(role, existing, side, workload));
  return { scope, workload, side, role, existing, ...other };
}
