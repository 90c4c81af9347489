import type { Block } from "../offline/schema/block";
import type { Catalog } from "../offline/schema/catalog";
import { withoutKeys } from "./blocks";
import type { StateResource } from "./state";

/** A module in Terraform's JSON syntax. */
type Json = Record<string, unknown>;

/** A resource at the address it shall have. */
export interface Placed extends Pick<StateResource, "type" | "instances"> {
  readonly address: string;
}

/**
 * A configuration that asks for exactly what a state has, at other addresses: where nobody has written the code yet, it
 * shows whether the moves alone change anything.
 *
 * Objects that share their code and differ have only their required arguments compared.
 *
 * @returns the root module's file and those of the modules below it, by path
 * @throws Error that lists what a made-up configuration cannot ask for
 */
export function statedConfiguration(resources: readonly Placed[], catalog: Catalog): Record<string, Json> {
  const files = new Map<string, Json>();
  const faults: string[] = [];
  const modules = instancesOfModules(resources);
  for (const same of sharingCode(resources).values()) {
    const [first] = same;
    if (!first) continue;
    const { address, type } = first;
    const block = catalog.find("managed", type);
    if (!block) {
      faults.push(`${address}: the installed @cdktf/provider-aws has no type ${type}`);
      continue;
    }
    const { name } = parse(address);
    // Every module of the path, with its key, has a call that asks for it.
    const [file] = same.map((one) => moduleFile(files, parse(one.address).modules));
    const shapes = new Set(same.map(({ instances }) => JSON.stringify(instances.map(({ key }) => key))));
    if (shapes.size > 1 || same.length !== modules.get(withoutKeys(moduleOf(first)))?.size)
      faults.push(`${address}: its module's instances do not all have the same of it`);
    const byType = ((file ?? {}).resource ??= {}) as Record<string, Json>;
    (byType[type] ??= {})[name] = resourceOf(
      first.instances,
      same.flatMap(({ instances }) => instances),
      block,
    );
  }
  if (faults.length > 0)
    throw new Error(
      [...faults, "no configuration can be made up for that: give yours with --config"].join("\n"),
    );
  return Object.fromEntries(files);
}

const moduleOf = ({ address }: Placed): string => address.split(".").slice(0, -2).join(".");

/** Addresses of each module's instances, by that of their code. */
function instancesOfModules(resources: readonly Placed[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const module of resources.map(moduleOf))
    found.set(withoutKeys(module), (found.get(withoutKeys(module)) ?? new Set()).add(module));
  return found;
}

/** Instances of a module share its code. */
function sharingCode(resources: readonly Placed[]): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const one of resources) {
    const address = withoutKeys(one.address);
    found.set(address, [...(found.get(address) ?? []), one]);
  }
  return found;
}

function resourceOf(instances: Placed["instances"], all: Placed["instances"], block: Block): Json {
  const [first] = instances;
  const stated = argumentsOf(first?.attributes ?? {}, block);
  const isAlike = all.every(
    ({ attributes }) => JSON.stringify(argumentsOf(attributes, block)) === JSON.stringify(stated),
  );
  const keys = instances.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const repeated =
    typeof keys[0] === "number"
      ? { count: Math.max(...keys.map(Number)) + 1 }
      : { for_each: Object.fromEntries(keys.map((key) => [key, key])) };
  return {
    ...(isAlike ? stated : { ...stated, lifecycle: { ignore_changes: "all" } }),
    ...(keys.length > 0 ? repeated : {}),
  };
}

/** What a configuration would say: not what AWS alone decides, nor what it keeps when it is left out. */
function argumentsOf(values: Readonly<Record<string, unknown>>, block: Block): Json {
  const attributes = Object.entries(block.attributes)
    .filter(([name, { required, optional, computed, writeOnly, default: standard }]) => {
      // Left out, these would have the provider's own value, or its configuration's.
      const isSaid = required || (optional && !computed) || standard !== undefined || name === "region";
      return !writeOnly && (values[name] ?? null) !== null && isSaid;
    })
    .map(([name]) => [name, literal(values[name])]);
  const blocks = Object.entries(block.blocks).flatMap(([name, nested]) => {
    const found = [values[name] ?? []].flat().filter((one) => typeof one === "object" && one !== null);
    return found.length === 0 ? [] : [[name, found.map((one) => argumentsOf(one as Json, nested.block))]];
  });
  return Object.fromEntries([...attributes, ...blocks]) as Json;
}

/** Terraform would evaluate `${` and `%{`. */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/[$%](?=\{)/g, "$&$&");
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, literal(one)]));
}

interface Parsed {
  readonly modules: readonly { readonly name: string; readonly key?: string }[];
  readonly name: string;
}

function parse(address: string): Parsed {
  const modules = [...address.matchAll(/module\.([^.[]+)(?:\[("?)([^\]"]*)\2\])?\./g)].map(
    ([, name = "", , key]) => ({ name, key }),
  );
  return { modules, name: address.split(".").pop() ?? address };
}

const ROOT = "";

/** The file of a module, called by its parent; a key makes it one of several instances, by for_each or count. */
function moduleFile(files: Map<string, Json>, modules: Parsed["modules"]): Json {
  let [place, file] = [ROOT, fileAt(files, ROOT)];
  for (const { name, key } of modules) {
    const calls = (file.module ??= {}) as Record<string, Json>;
    const call = (calls[name] ??= { source: `./${name}` });
    if (key !== undefined && !/^\d+$/.test(key)) call.for_each = { ...(call.for_each as Json), [key]: key };
    if (key !== undefined && /^\d+$/.test(key))
      call.count = Math.max(Number(call.count ?? 0), Number(key) + 1);
    place = place === ROOT ? name : `${place}/${name}`;
    file = fileAt(files, place);
  }
  return file;
}

function fileAt(files: Map<string, Json>, place: string): Json {
  const file = files.get(place) ?? {};
  files.set(place, file);
  return file;
}
