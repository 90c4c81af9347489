import { App } from "cdktf";
import type { RegionScope } from "../lib/scope/region-scope";
import type { Workload } from "../lib/workload/workload";
import { existingFaults } from "./adoption-faults";
import type { ExistingModules } from "./existing-modules";
import { faultsBelow, refuseFaults } from "./refuse-faults";
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

/** What of each side is managed elsewhere. */
export type ExistingSides = Readonly<Record<RegionGround["role"], ExistingModules>>;

/**
 * Has the user describe what exists, in the scopes of the standby stack; nothing exists on a side without one.
 *
 * @throws Error that lists what is described and the workload has not, on either side
 */
export function existingSides(
  relocation: RelocationProps,
  scopes: Partial<Record<RegionGround["role"], RegionScope>>,
): ExistingSides {
  const { workload } = relocation;
  const described = (role: RegionGround["role"]) => {
    const scope = scopes[role];
    return (scope && relocation[role].existing?.(scope)) ?? {};
  };
  const existing = { source: described("source"), target: described("target") };
  const faults = (["source", "target"] as const)
    .filter((role) => scopes[role])
    .flatMap((role) => existingFaults(role, existing[role], relocation[role], workload));
  const [app] = Object.values(scopes).map((scope) => App.of(scope));
  if (faults.length > 0) refuseFaults(workload.name, [...faults, ...faultsBelow(app!)]);
  return existing;
}

/** What a region is built on. */
export function regionGround(
  scope: RegionScope,
  relocation: RelocationProps,
  role: RegionGround["role"],
  existing: ExistingSides,
  other: Pick<RegionGround, "first" | "otherRegion"> = {},
): RegionGround {
  const { workload, [role]: side } = relocation;
  return { scope, workload, side, role, existing: existing[role], ...other };
}
