import type { Block } from "../offline/schema/block";
import type { Catalog } from "../offline/schema/catalog";
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
 * Instances of one resource that differ have only their required arguments compared.
 *
 * @returns the root module's file and those of the modules below it, by path
 */
export function statedConfiguration(resources: readonly Placed[], catalog: Catalog): Record<string, Json> {
  const files = new Map<string, Json>();
  for (const { address, type, instances } of resources) {
    const block = catalog.find("managed", type);
    if (!block) throw new Error(`${address}: the installed bindings have no type ${type}`);
    const { modules, name } = parse(address);
    const file = moduleFile(files, modules);
    const byType = (file.resource ??= {}) as Record<string, Json>;
    (byType[type] ??= {})[name] = resourceOf(instances, block);
  }
  return Object.fromEntries(files);
}

function resourceOf(instances: Placed["instances"], block: Block): Json {
  const [first] = instances;
  const stated = argumentsOf(first?.attributes ?? {}, block);
  const keys = instances.flatMap(({ key }) => (key === undefined ? [] : [key]));
  if (keys.length === 0) return stated;
  const isAlike = instances.every(
    ({ attributes }) => JSON.stringify(argumentsOf(attributes, block)) === JSON.stringify(stated),
  );
  return {
    ...(isAlike ? stated : { ...stated, lifecycle: { ignore_changes: "all" } }),
    ...(typeof keys[0] === "number"
      ? { count: keys.length }
      : { for_each: Object.fromEntries(keys.map((key) => [key, key])) }),
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
