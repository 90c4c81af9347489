import { mapAttributes } from "../block-value";
import type { Holdings } from "../cloud";
import type { Block } from "../schema/block";
import { canonical, digestOf, type ObjectValue, type Value } from "../value";
import { namesOf, valueFor } from "./compute";
import { DATA_SOURCES } from "./data-sources";
import { EXISTING } from "./existing";
import { lookUp } from "./look-up";
import type { Made } from "./made";
import { MIRRORS, type Mirror } from "./mirrors";
import { RESOURCE_RULES } from "./rules";
import { shaped } from "./shaped";

/** The data source as the managed type's rules would see it: with the arguments under their names there. */
function asManaged(made: Made, { by }: Mirror): Made {
  const values = { ...made.values };
  for (const [argument, name] of Object.entries(by))
    if ((made.values[argument] ?? null) !== null) values[name] = made.values[argument] ?? null;
  return { ...made, values };
}

/**
 * What a data source answers: of an object that the cloud holds, what stands there; of any other, what the rules say of
 * one with these arguments.
 *
 * @throws Refusal when AWS would know of no such thing, as of a parameter that nobody put
 */
export function readData(
  block: Block,
  type: string,
  region: string,
  config: ObjectValue,
  cloud: Holdings,
): ObjectValue {
  // What has no region of its own, such as a DNS zone, is the same whichever provider asks.
  const home = block.attributes.region ? region : "";
  const digest = digestOf(type, home, canonical(config));
  const made: Made = { type, region, values: config, digest, cloud };
  const mirror = MIRRORS[type];
  const [found] = mirror ? lookUp(made, mirror) : [];
  const managed = mirror ? asManaged(made, mirror) : made;
  const managedRules = mirror ? (RESOURCE_RULES[mirror.of] ?? {}) : {};
  const ownRules = { ...EXISTING[type], ...DATA_SOURCES[type] };

  return mapAttributes(block, config, (attribute, value, place) => {
    if (value !== null || !attribute.computed) return value;
    const name = namesOf(place);
    const there = mirror?.as?.[name] ?? (name === "tags" ? "tags_all" : name);
    const held: Value = place.length === 1 ? shaped(attribute.type, found?.[there]) : null;
    // What the managed type leaves empty, such as one of a parameter's two values, the data source may still tell.
    if (held !== null && held !== "") return held;
    const rule = ownRules[name];
    if (rule) return valueFor(rule, attribute, place, made);
    return valueFor(managedRules[there], attribute, place, managed);
  });
}
