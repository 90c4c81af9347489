import { isEdgePart, isGlobalType } from "../lib/scope/global-types";
import type { StateResource } from "./state";

/** A region's name as addresses carry it: `us-east-1`, or `us_east_1` where hyphens are not liked. */
const REGION =
  /(?<![a-z])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)[-_](?:gov[-_])?(?:central|north|south|east|west|northeast|northwest|southeast|southwest)[-_]\d(?!\d)/;
/** A module for what exists once. */
const GLOBAL = /(?:^|[-_.])global(?:$|[-_.[])/;

/** Name under which CDKTF writes a resource: its path, then eight hexadecimal digits of that path's hash. */
const CDKTF_NAME = /^(.+)_[0-9A-F]{8}$/;

/** Something that stands in the wrong place, and the place it belongs to. */
export interface Misplaced {
  readonly resource: StateResource;
  /** Address without the index of an instance. */
  readonly to: string;
  readonly why: string;
}

/** Where a construct stands in its app, by its address; `undefined` for what is no construct. */
export type ConstructPath = (address: string) => readonly string[] | undefined;
/** Address that CDKTF gives a construct of a type at a path. */
export type AddressAt = (type: string, path: readonly string[]) => string;

/** What is known of a CDKTF stack besides its state. */
export interface ConstructPlaces {
  readonly pathOf: ConstructPath;
  readonly addressAt: AddressAt;
}

/**
 * Finds global resources that stand in a region's module, or in one that holds regional resources too, and regional ones that
 * stand in a global module.
 *
 * @param constructs paths of the stack's constructs. @default - CDKTF's addresses are read by their form
 * @throws Error that lists what cannot be placed
 */
export function misplaced(resources: readonly StateResource[], constructs?: ConstructPlaces): Misplaced[] {
  const mixed = mixedModules(resources);
  const faults: string[] = [];
  const found = resources.flatMap((resource): Misplaced[] => {
    const isCdktf = resource.module === "" && CDKTF_NAME.test(resource.name);
    const place = isCdktf ? resource.name : resource.module;
    const isGlobal = isGlobalType(resource.type);
    const region = REGION.exec(place)?.[0];
    if (isGlobal && (region !== undefined || (!isCdktf && mixed.has(topOf(place)) && !GLOBAL.test(place)))) {
      const why =
        region === undefined
          ? "a module of regional resources"
          : `what belongs to ${region.replaceAll("_", "-")}`;
      return [{ resource, to: moved(resource, "global", constructs), why: `a global resource in ${why}` }];
    }
    if (
      isGlobal ||
      !GLOBAL.test(place) ||
      resource.instances.every(({ attributes }) => isEdgePart(resource.type, attributes.scope))
    )
      return [];
    const regions = [...new Set(resource.instances.map(({ attributes }) => regionOf(attributes)))];
    const [only] = regions;
    if (regions.length === 1 && only !== undefined) {
      return [
        {
          resource,
          to: moved(resource, only, constructs),
          why: `a regional resource (${only}) in a global module`,
        },
      ];
    }
    faults.push(
      `${resource.address}: is regional and stands in a global module, but its region is ${regions.length > 1 ? "not one" : "not known"}`,
    );
    return [];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return withoutCollisions(found, resources);
}

/** Top modules that hold both kinds. */
function mixedModules(resources: readonly StateResource[]): Set<string> {
  const kinds = new Map<string, Set<boolean>>();
  for (const { module, type } of resources) {
    if (module === "") continue;
    kinds.set(topOf(module), (kinds.get(topOf(module)) ?? new Set()).add(isGlobalType(type)));
  }
  return new Set([...kinds].filter(([, both]) => both.size === 2).map(([module]) => module));
}

const topOf = (module: string): string => /^module\.[^.[]+(?:\[[^\]]*\])?/.exec(module)?.[0] ?? module;

function moved(
  { module, type, name, address }: StateResource,
  to: string,
  constructs?: ConstructPlaces,
): string {
  const plain = to.replaceAll("-", "_");
  if (module !== "") return [movedModule(module, plain), type, name].join(".");
  const path = constructs?.pathOf(address);
  const swap = (part: string): string =>
    REGION.test(part) ? part.replace(REGION, to) : part.replace(GLOBAL, to);
  if (path && constructs) {
    const next = path.map(swap);
    return constructs.addressAt(type, next.join() === path.join() ? [to, ...path] : next);
  }
  // CDKTF's own name has a hash of the path, which a state does not tell: one without needs overrideLogicalId.
  const human = CDKTF_NAME.exec(name)?.[1] ?? name;
  return `${type}.${swap(human)}`;
}

/** The part of the module's address that carries the region, or else its top, becomes the other module. */
function movedModule(module: string, to: string): string {
  const parts = module.match(/module\.[^.[]+(?:\[[^\]]*\])?/g) ?? [module];
  const at = Math.max(
    0,
    parts.findIndex((part) => REGION.test(part) || GLOBAL.test(part)),
  );
  const part = parts[at] ?? module;
  const isNamed = REGION.test(part) || GLOBAL.test(part);
  const name = /^module\.([^.[]+)/.exec(part)?.[1] ?? "module";
  // A module per region by for_each, such as module.app["eu-west-1"], keeps its name.
  const isKeyed = isNamed && !REGION.test(name) && !GLOBAL.test(`${name}_`);
  const next = isNamed && !isKeyed ? to : `${name}_${to}`;
  return parts.map((one, index) => (index === at ? `module.${next}` : one)).join(".");
}

/** Two regions' modules may each have had one of these: then both keep their region in the name. */
function withoutCollisions(found: readonly Misplaced[], resources: readonly StateResource[]): Misplaced[] {
  const taken = new Map<string, number>();
  for (const { to } of found) taken.set(to, (taken.get(to) ?? 0) + 1);
  const staying = new Set(resources.map(({ address }) => address));
  return found.map((one) => {
    if ((taken.get(one.to) ?? 0) < 2 && !staying.has(one.to)) return one;
    const place = `${one.resource.module}.${one.resource.name}`;
    const suffix = (REGION.exec(place)?.[0] ?? topOf(one.resource.module).replace("module.", "")).replaceAll(
      /\W/g,
      "_",
    );
    return { ...one, to: `${one.to}_${suffix}` };
  });
}

function regionOf({ region, arn }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof region === "string" && region !== "") return region;
  return typeof arn === "string" ? arn.split(":")[3] || undefined : undefined;
}
