import type { CtyType } from "../schema/block";
import { isObject, type Value } from "../value";

/** The value in the shape of a type: what the type does not know is dropped, and what cannot be of the type is null. */
export function shaped(type: CtyType, value: Value | undefined): Value {
  if (value === undefined || value === null) return null;
  if (type === "dynamic") return value;
  if (type === "string") return typeof value === "string" ? value : null;
  if (type === "number") return typeof value === "number" ? value : null;
  if (type === "bool") return typeof value === "boolean" ? value : null;
  if (type[0] === "list" || type[0] === "set")
    return Array.isArray(value) ? value.map((part) => shaped(type[1], part)) : null;
  if (!isObject(value)) return null;
  const parts =
    type[0] === "object"
      ? Object.entries(type[1]).map(([name, of]) => [name, shaped(of, value[name])] as const)
      : Object.entries(value).map(([name, part]) => [name, shaped(type[1], part)] as const);
  return Object.fromEntries(parts);
}
