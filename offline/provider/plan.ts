import { mapAttributes } from "../block-value";
import { FORESEEN, RENEWED } from "../computed/foreseen";
import type { AttributePath } from "../protocol/messages";
import { REPLACES } from "../replaces";
import type { Block } from "../schema/block";
import { isObject, type ObjectValue, same, UNKNOWN, Unknown, type Value } from "../value";
import type { Configuration } from "./configuration";

/** What Terraform asks to plan. */
export interface Change {
  readonly type: string;
  readonly block: Block;
  /** What stands now. @default - nothing: it is created */
  readonly prior?: ObjectValue;
  /** Terraform's proposal: the configuration, with computed values carried over. */
  readonly proposed: ObjectValue;
  readonly config: ObjectValue;
  readonly configuration: Configuration;
  /** The prior state is a mere id: the object was imported and this cloud has never heard of it. */
  readonly adopted: boolean;
}

function allTags({ config, configuration, block }: Change, planned: ObjectValue): Value | undefined {
  if (!block.attributes.tags_all || !block.attributes.tags || (config.tags_all ?? null) !== null)
    return undefined;
  const { defaultTags } = configuration;
  const own = planned.tags ?? null;
  if (defaultTags instanceof Unknown || own instanceof Unknown) return UNKNOWN;
  return { ...defaultTags, ...(isObject(own) ? own : {}) };
}

function isRenewed({ type, prior, proposed }: Change, name: string): boolean {
  const causes = RENEWED[type]?.[name] ?? [];
  return prior !== undefined && causes.some((cause) => !same(prior[cause], proposed[cause]));
}

/** What the object shall look like: arguments as configured, and unknown whatever only apply decides. */
export function plannedState(change: Change): ObjectValue {
  const { type, block, prior, proposed, config, configuration, adopted } = change;
  const planned = mapAttributes(block, proposed, (attribute, value, place) => {
    const name = String(place[0]);
    const onTop = place.length === 1;
    if (attribute.writeOnly) return null;
    if (!attribute.computed) return value;
    if (attribute.default !== undefined && (onTop ? (config[name] ?? null) : value) === null)
      return attribute.default;
    // A resource that does not name its region follows its provider; moved to another alias, it moves.
    if (onTop && name === "region" && (config.region ?? null) === null) return configuration.region;
    if (onTop && isRenewed(change, name)) return UNKNOWN;
    if (value !== null) return value;
    // What stood as null before the change stays so: apply has decided it once.
    const settled = prior !== undefined && !adopted && (onTop || same(prior[name], proposed[name]));
    if (settled) return null;
    return (onTop ? FORESEEN[type]?.[name]?.(config) : undefined) ?? UNKNOWN;
  });
  const tags = allTags(change, planned);
  if (tags !== undefined) planned.tags_all = tags;
  return planned;
}

/** Every value that stands under a path of names, through all lists and sets on the way. */
function valuesAt(value: Value | undefined, names: readonly string[]): Value[] {
  if (value === undefined) return [];
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((part) => valuesAt(part, names));
  return isObject(value) ? valuesAt(value[name], rest) : [];
}

/** The attributes whose change means a new object. */
export function replacing(change: Change, planned: ObjectValue): AttributePath[] {
  const { type, prior, block, adopted } = change;
  if (prior === undefined || adopted) return [];
  const own = REPLACES[type]?.arguments ?? [];
  const everywhere = "region" in block.attributes ? ["region"] : [];
  const changed = [...everywhere, ...own].filter((place) => {
    const names = place.split(".");
    return !same(valuesAt(prior, names), valuesAt(planned, names));
  });
  const roots = new Set(changed.map((place) => place.split(".")[0] ?? place));
  return [...roots].map((name) => ({ steps: [{ attribute_name: name }] }));
}
