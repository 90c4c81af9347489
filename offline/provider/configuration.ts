import { isObject, type ObjectValue, textOf, Unknown, type Value } from "../value";

/** A provider configuration: one per alias. */
export interface Configuration {
  readonly region: string;
  /** From `default_tags`; unknown when a tag is known only after apply. */
  readonly defaultTags: ObjectValue | Unknown;
}

/** Where a provider without a region would turn: AWS's own default. */
const DEFAULT_REGION = "us-east-1";

function tagsOf(blocks: Value | undefined): ObjectValue | Unknown {
  if (blocks instanceof Unknown) return blocks;
  const tags: ObjectValue = {};
  for (const block of Array.isArray(blocks) ? blocks : []) {
    if (!isObject(block)) continue;
    if (block.tags instanceof Unknown) return block.tags;
    if (isObject(block.tags)) Object.assign(tags, block.tags);
  }
  return tags;
}

/** The configurations of all connections. Terraform opens one connection per provider configuration. */
export interface Configurations {
  set(connection: string, config: Value): void;
  of(connection: string): Configuration;
  /** Where a resource or data source goes: to the region it names itself, or its provider's. */
  regionOf(connection: string, values: ObjectValue): string;
}

/** No configurations yet. */
export function createConfigurations(): Configurations {
  const known = new Map<string, Configuration>();
  const of = (connection: string) => known.get(connection) ?? { region: DEFAULT_REGION, defaultTags: {} };
  return {
    of,
    set(connection, config) {
      const defaultTags = tagsOf(isObject(config) ? config.default_tags : undefined);
      known.set(connection, { region: textOf(config, "region") ?? DEFAULT_REGION, defaultTags });
    },
    regionOf: (connection, values) => textOf(values, "region") ?? of(connection).region,
  };
}
