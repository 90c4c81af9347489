import {
  cdktfName,
  type ConstructPlaces,
  isGlobalPlace,
  placeOf,
  regionNamedIn,
  renamed,
  topOf,
} from "./place";
import type { StateResource } from "./state";

/** The place that something belongs to. */
export interface Destination {
  /** Without the index of an instance. */
  readonly address: string;
  /** Path of the construct within its stack, where paths are known. */
  readonly path?: readonly string[];
}

export interface DestinationOptions {
  /** `global`, or a region. */
  readonly to: string;
  /** Appended to the name, for one that two regions have. @default - the name stays */
  readonly suffix?: string;
  readonly constructs?: ConstructPlaces;
}

/** Where a resource goes: beside the modules, or constructs, that it stood in, with the same name. */
export function destination(resource: StateResource, options: DestinationOptions): Destination {
  const { module, type, name } = resource;
  const { to, suffix, constructs } = options;
  const plain = to.replaceAll("-", "_");
  if (module !== "") {
    const next = suffix === undefined ? name : `${name}_${suffix.replaceAll(/\W/g, "_")}`;
    return { address: [movedModule(module, plain), type, next].join(".") };
  }
  const { path } = placeOf(resource, constructs);
  if (path && constructs) {
    const scopes = path.slice(0, -1).map((part) => renamed(part, to));
    const around = scopes.join() === path.slice(0, -1).join() ? [to, ...scopes] : scopes;
    const id = [path.at(-1) ?? name, ...(suffix === undefined ? [] : [suffix.replaceAll("_", "-")])].join(
      "-",
    );
    return { address: constructs.addressAt(type, [...around, id]), path: [...around, id] };
  }
  // CDKTF's own name has a hash of the path, which a state does not tell: one without it needs overrideLogicalId.
  const next = renamed(cdktfName(name) ?? name, to);
  return { address: `${type}.${suffix === undefined ? next : `${next}_${suffix}`}` };
}

/** What tells the objects of two places apart, in a name. */
export function suffixFor(resource: StateResource, constructs?: ConstructPlaces): string {
  const { text, top = text } = placeOf(resource, constructs);
  return regionNamedIn(text) ?? top.replace("module.", "").replaceAll(/\W+/g, "_").replace(/_$/, "");
}

/** The part of the module's address that carries the region, or else its top, becomes the other module. */
function movedModule(module: string, to: string): string {
  const parts = module.match(/module\.[^.[]+(?:\[[^\]]*\])?/g) ?? [topOf(module)];
  const isNamedFor = (part: string) => regionNamedIn(part) !== undefined || isGlobalPlace(part);
  const at = Math.max(0, parts.findIndex(isNamedFor));
  const part = parts[at] ?? module;
  const name = /^module\.([^.[]+)/.exec(part)?.[1] ?? "module";
  // A module per region by for_each, such as module.app["eu-west-1"], keeps its name.
  const isKeyed = isNamedFor(part) && !isNamedFor(name);
  const next = isNamedFor(part) && !isKeyed ? to : `${name}_${to}`;
  return parts.map((one, index) => (index === at ? `module.${next}` : one)).join(".");
}
