import { isEdgePart, isGlobalType } from "../lib/scope/global-types";
import { type Destination, destination, suffixFor } from "./destination";
import { type ConstructPlaces, isGlobalPlace, placeOf, regionNamedIn } from "./place";
import type { StateResource } from "./state";

/** Something that stands in the wrong place, and the place it belongs to. */
export interface Misplaced {
  readonly resource: StateResource;
  /** Address without the index of an instance. */
  readonly to: string;
  /** Path of its construct, within the stack, at the new place; where paths are known. */
  readonly path?: readonly string[];
  readonly why: string;
}

export interface PlacementOptions {
  /** Paths of the stack's constructs. @default - CDKTF's addresses are read by their form */
  readonly constructs?: ConstructPlaces;
  /** Addresses in the state that the objects come to. @default - they stay in their state */
  readonly taken?: readonly string[];
  /** New addresses by old ones, where the code has decided. @default - all are proposed */
  readonly decided?: ReadonlyMap<string, string>;
  /** The kind of resources that move. @default - both */
  readonly only?: "global" | "regional";
}

interface Found {
  readonly resource: StateResource;
  /** `global`, or a region. */
  readonly to: string;
  readonly why: string;
}

/**
 * Finds global resources that stand in a region's module, or in one that holds regional resources too, and regional ones that
 * stand in a global module. A construct with others below it counts as a module.
 *
 * @throws Error that lists what cannot be placed
 */
export function misplaced(resources: readonly StateResource[], options: PlacementOptions = {}): Misplaced[] {
  const { constructs, taken = resources.map(({ address }) => address), only: kind } = options;
  const mixed = mixedPlaces(resources, constructs);
  const faults: string[] = [];
  const found = resources.flatMap((resource): Found[] => {
    const { text, top } = placeOf(resource, constructs);
    const region = regionNamedIn(text);
    if (kind !== undefined && isGlobalType(resource.type) !== (kind === "global")) return [];
    if (isGlobalType(resource.type)) {
      if (region !== undefined && !isAlreadyGlobal(text))
        return [global(resource, `what belongs to ${region.replaceAll("_", "-")}`)];
      if (top !== undefined && mixed.has(top) && !isGlobalPlace(text))
        return [global(resource, "a module of regional resources")];
      return [];
    }
    if (!isGlobalPlace(text) || region !== undefined || isPartOfTheEdge(resource)) return [];
    const regions = [...new Set(resource.instances.map(({ attributes }) => regionOf(attributes)))];
    const [only] = regions;
    if (regions.length === 1 && only !== undefined)
      return [{ resource, to: only, why: `a regional resource (${only}) in a global module` }];
    faults.push(
      `${resource.address}: is regional and stands in a global module, but its region is ${regions.length > 1 ? "not one" : "not known"}`,
    );
    return [];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return apart(found, { ...options, taken });
}

const global = (resource: StateResource, place: string): Found => ({
  resource,
  to: "global",
  why: `a global resource in ${place}`,
});

/** By CDKTF's name alone a resource's own id, which may carry a region, cannot be told from the constructs around it. */
const isAlreadyGlobal = (text: string): boolean => /^(?:module\.)?global[-_/.]/.test(text);

const isPartOfTheEdge = ({ type, instances }: StateResource): boolean =>
  instances.every(({ attributes }) => isEdgePart(type, attributes.scope));

/** Top modules and constructs that hold both kinds. */
function mixedPlaces(resources: readonly StateResource[], constructs?: ConstructPlaces): Set<string> {
  const kinds = new Map<string, Set<boolean>>();
  for (const resource of resources) {
    const { top } = placeOf(resource, constructs);
    if (top !== undefined) kinds.set(top, (kinds.get(top) ?? new Set()).add(isGlobalType(resource.type)));
  }
  return new Set([...kinds].filter(([, both]) => both.size === 2).map(([top]) => top));
}

/** Two regions' modules may each have had one of these: then both keep their region in the name. */
function apart(
  found: readonly Found[],
  { taken = [], constructs, decided = new Map<string, string>() }: PlacementOptions,
): Misplaced[] {
  const used = new Map<string, number>(taken.map((address) => [address, 1]));
  const claim = (address: string) => used.set(address, (used.get(address) ?? 0) + 1);
  const first = found.map(({ resource, to, why }) => ({
    resource,
    region: to,
    why,
    ...chosen(destination(resource, { to, constructs }), decided.get(resource.address)),
  }));
  first.forEach(({ address }) => claim(address));
  const moves = first.map(({ resource, region, why, address, path }): Misplaced => {
    if (used.get(address) === 1 || decided.has(resource.address)) return { resource, to: address, path, why };
    const other = destination(resource, { to: region, constructs, suffix: suffixFor(resource, constructs) });
    claim(other.address);
    return { resource, to: other.address, path: other.path, why };
  });
  const faults = moves
    .filter(({ to }) => (used.get(to) ?? 0) > 1)
    .map(
      ({ resource, to }) =>
        `${resource.address}: would come to ${to}, where something stands or comes already`,
    );
  if (faults.length > 0) throw new Error([...faults, "rename one of each in the code first"].join("\n"));
  return moves;
}

/** The code's choice tells no path of a construct. */
const chosen = (proposed: Destination, address = proposed.address): Destination =>
  address === proposed.address ? proposed : { address };

function regionOf({ region, arn }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof region === "string" && region !== "") return region;
  return typeof arn === "string" ? arn.split(":")[3] || undefined : undefined;
}
