import type { ConfigModule, PlanJson } from "./plan-json";

/** Finds the region of the provider that an object of a plan has, for providers that do not give each object a region. */
export function providerRegions(json: PlanJson): (address: string) => string | undefined {
  const keys = providerKeys(json.configuration?.root_module, "");
  const configurations = json.configuration?.provider_config ?? {};
  return (address) => {
    const region = configurations[keys.get(withoutIndices(address)) ?? ""]?.expressions?.region;
    if (typeof region?.constant_value === "string") return region.constant_value;
    const [variable] = (region?.references ?? []).flatMap((name) => /^var\.(\w+)$/.exec(name)?.[1] ?? []);
    const value = variable === undefined ? undefined : json.variables?.[variable]?.value;
    return typeof value === "string" ? value : undefined;
  };
}

/** The provider of every resource, by its address without indices. */
function providerKeys(module: ConfigModule | undefined, prefix: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { address, provider_config_key } of module?.resources ?? []) {
    if (provider_config_key) keys.set(`${prefix}${address}`, provider_config_key);
  }
  for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
    for (const [address, key] of providerKeys(call.module, `${prefix}module.${name}.`))
      keys.set(address, key);
  }
  return keys;
}

const withoutIndices = (address: string): string => address.replaceAll(/\[[^\]]*\]/g, "");
