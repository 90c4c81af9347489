import type { Attribute, Block } from "./schema/block";
import { holdsDynamic } from "./schema/block";
import { isObject, type ObjectValue, type Value } from "./value";

/** Where an attribute stands: names, and positions in lists and sets. */
export type Place = readonly (string | number)[];

/** What becomes of one attribute. */
export type Visit = (attribute: Attribute, value: Value, place: Place) => Value;

/** The value with every attribute of the schema, nested ones too, replaced by what `visit` returns. */
export function mapAttributes(
  block: Block,
  value: ObjectValue,
  visit: Visit,
  place: Place = [],
): ObjectValue {
  const result: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] = visit(attribute, value[name] ?? null, [...place, name]);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const inner = value[name] ?? null;
    const descend = (part: Value, ...step: Place) =>
      isObject(part) ? mapAttributes(nested.block, part, visit, [...place, name, ...step]) : part;
    if (holdsDynamic(nested.block)) result[name] = inner;
    else if (Array.isArray(inner)) result[name] = inner.map((part, i) => descend(part, i));
    else if (isObject(inner) && nested.nesting === "map") {
      result[name] = Object.fromEntries(
        Object.entries(inner).map(([key, part]) => [key, descend(part, key)]),
      );
    } else result[name] = descend(inner);
  }
  return result;
}

/** State files spell a value of any type as `{ type, value }`; on the wire it is a pair. */
function dynamicFromState(value: Value): Value {
  if (!isObject(value) || !("type" in value) || !("value" in value)) return value;
  return [Buffer.from(JSON.stringify(value.type)), value.value ?? null];
}

/** The value in the shape of the schema: what the schema does not know is dropped, what is missing is null or empty. */
export function conform(block: Block, value: ObjectValue): ObjectValue {
  const result: ObjectValue = {};
  for (const [name, { type }] of Object.entries(block.attributes)) {
    const found = value[name] ?? null;
    result[name] = type === "dynamic" ? dynamicFromState(found) : found;
  }
  for (const [name, { nesting, block: inner }] of Object.entries(block.blocks)) {
    const found = value[name] ?? null;
    const part = (one: Value) => (isObject(one) ? conform(inner, one) : null);
    if (holdsDynamic(inner)) result[name] = dynamicFromState(found);
    else if (nesting === "single") result[name] = part(found);
    else if (nesting === "map") {
      const entries = isObject(found) ? Object.entries(found) : [];
      result[name] = Object.fromEntries(entries.map(([key, one]) => [key, part(one)]));
    } else result[name] = (Array.isArray(found) ? found : []).map(part);
  }
  return result;
}
