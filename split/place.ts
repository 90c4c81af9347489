import type { StateResource } from "./state";

/** A region's name as addresses carry it: `us-east-1`, or `us_east_1` where hyphens are not liked. */
const REGION =
  /(?<![a-z])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)[-_](?:gov[-_])?(?:central|north|south|east|west|northeast|northwest|southeast|southwest)[-_]\d(?!\d)/;
/** A module, or a construct, for what exists once. */
const GLOBAL = /(?:^|[-_./])global(?:$|[-_./[])/;

/** Name under which CDKTF writes a resource: its path, then eight hexadecimal digits of that path's hash. */
const CDKTF_NAME = /^(.+)_[0-9A-F]{8}$/;

/** Paths of a synthesized stack's constructs. */
export interface ConstructPlaces {
  /** Path within the stack, by address; `undefined` for what is no construct of it. */
  readonly pathOf: (address: string) => readonly string[] | undefined;
  /** Address that CDKTF gives a construct of a type at a path. */
  readonly addressAt: (type: string, path: readonly string[]) => string;
}

/** Where something stands, as its address or its construct's path says. */
export interface Place {
  /** What says it: the modules, or the constructs around it; CDKTF's name, where only that is known. */
  readonly text: string;
  /** Outermost module or construct; `undefined` at the root, and where only CDKTF's name is known. */
  readonly top?: string;
  /** Path of the construct within its stack. */
  readonly path?: readonly string[];
}

/** The place of a resource. */
export function placeOf({ module, name, address }: StateResource, constructs?: ConstructPlaces): Place {
  if (module !== "") return { text: module, top: topOf(module) };
  const path = constructs?.pathOf(address);
  if (path) return { text: path.slice(0, -1).join("/"), top: path.length > 1 ? path[0] : undefined, path };
  return { text: cdktfName(name) ?? "" };
}

/** Outermost module of a module's address, with its key. */
export const topOf = (module: string): string => /^module\.[^.[]+(?:\[[^\]]*\])?/.exec(module)?.[0] ?? module;

/** What CDKTF's name says of a path; `undefined` for a name of another origin. */
export const cdktfName = (name: string): string | undefined => CDKTF_NAME.exec(name)?.[1];

/** The region that a place is named for, as it is written there. */
export const regionNamedIn = (text: string): string | undefined => REGION.exec(text)?.[0];

/** Whether a place is one for what exists once. */
export const isGlobalPlace = (text: string): boolean => GLOBAL.test(text);

/** The same place for another region, or for what exists once. */
export const renamed = (text: string, to: string): string =>
  REGION.test(text) ? text.replace(REGION, to) : text.replace(GLOBAL, (found) => found.replace("global", to));
