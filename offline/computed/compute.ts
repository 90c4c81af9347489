import type { Holdings } from "../cloud";
import type { Attribute, Block, CtyType } from "../schema/block";
import { mapAttributes, type Place } from "../block-value";
import { canonical, digestOf, hasUnknown, isObject, type ObjectValue, Unknown, type Value } from "../value";
import { fallback } from "./fallback";
import type { Made, Rule } from "./made";
import { RESOURCE_RULES } from "./rules";
import { shaped } from "./shaped";

/** The names on the way to an attribute, without positions in lists: `replica.status`. */
export const namesOf = (place: Place) => place.filter((step) => typeof step === "string").join(".");

const knownPart = (block: Block, values: ObjectValue) =>
  mapAttributes(block, values, (_attribute, value) => (hasUnknown(value) ? null : value));

/** What a rule decides; a rule that finds nothing, such as no object of that name, leaves it to the fallback. */
export function valueFor(
  rule: Rule | undefined,
  { type, optional }: Attribute,
  place: Place,
  made: Made,
): Value {
  const value = shaped(type, rule?.(made));
  return value ?? fallback(type, String(place.at(-1)), made, optional);
}

/** Fills what is unknown inside a value that is known otherwise. */
function fill(value: Value, type: CtyType, name: string, made: Made): Value {
  if (value instanceof Unknown) return fallback(type, name, made);
  if (typeof type === "string" || value === null) return value;
  if (Array.isArray(value))
    return type[0] === "object" ? value : value.map((part) => fill(part, type[1], name, made));
  if (!isObject(value)) return value;
  const typeOf = (key: string) => (type[0] === "object" ? type[1][key] : type[1]);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, fill(part, typeOf(key) ?? "dynamic", key, made)]),
  );
}

const isArn = (value: Value | undefined): value is string =>
  typeof value === "string" && value.startsWith("arn:");

/**
 * A digest for a new object. Two objects may be configured alike (the routes of two equal networks, say): each gets one
 * of its own.
 */
function freshDigest(cloud: Holdings, ...parts: string[]): string {
  for (let twin = 1; ; twin++) {
    const digest = digestOf(...parts, ...(twin > 1 ? [String(twin)] : []));
    if (cloud.reserve(digest)) return digest;
  }
}

/**
 * The state of a resource after apply: what was planned, with everything unknown decided.
 *
 * @param isNew whether the object is created, and so must differ from all others
 */
export function createdState(
  block: Block,
  type: string,
  region: string,
  planned: ObjectValue,
  isNew: boolean,
  cloud: Holdings,
): ObjectValue {
  const values = knownPart(block, planned);
  const identity = [type, region, canonical(values)];
  const digest = isNew ? freshDigest(cloud, ...identity) : digestOf(...identity);
  const made: Made = { type, region, values, digest, cloud };
  const rules = RESOURCE_RULES[type] ?? {};
  return mapAttributes(block, planned, (attribute, value, place) => {
    const rule = rules[namesOf(place)];
    // What was imported by its ARN has no other.
    if (value instanceof Unknown && place.join() === "arn" && isArn(values.id)) return values.id;
    // What was foreseen in part is decided as a whole.
    if (value instanceof Unknown || (rule && hasUnknown(value)))
      return valueFor(rule, attribute, place, made);
    return fill(value, attribute.type, String(place.at(-1)), made);
  });
}
