import { TerraformVariable } from "cdktf";
import { GlobalDatastore } from "../lib/link/global-datastore";
import { Cache, type ICache } from "../lib/regional/cache";
import { CacheAlarms } from "../lib/regional/cache-alarms";
import type { INetwork } from "../lib/regional/network";
import type { CacheStrategy } from "../lib/workload/cache";
import type { ByName } from "../lib/workload/workload";
import { mapValues } from "./by-name";
import { nameIn, type RegionGround } from "./region-ground";

const NODE_TYPE: Readonly<Record<CacheStrategy, string>> = {
  cold: "cache.t4g.medium",
  snapshot: "cache.t4g.medium",
  // The smallest that a global datastore takes.
  "global-datastore": "cache.m7g.large",
};

/** One region's caches. */
export function regionCaches(ground: RegionGround, network: INetwork): ByName<ICache> {
  const { workload, existing, side, scope } = ground;
  return mapValues(workload.caches, ({ replicas = 1 }, name) => {
    const cache = existing.caches?.[name] ?? newCache(ground, network, name);
    new CacheAlarms(scope, `${name}-alarms`, { cache, nodes: 1 + replicas, notify: side.notify });
    return cache;
  });
}

function newCache(ground: RegionGround, network: INetwork, name: string): ICache {
  const { scope, workload, side } = ground;
  const { engine = "valkey", engineVersion, strategy = "cold", nodeType, replicas } = workload.caches![name]!;
  const importId = side.adopt?.caches?.[name];
  return new Cache(scope, name, {
    name: importId ?? nameIn(ground, name),
    network,
    engine,
    engineVersion,
    nodeType: nodeType ?? NODE_TYPE[strategy],
    replicas,
    deletionProtection: side.deletionProtection,
    importId,
    ...carried(ground, name, strategy),
  });
}

/** How the second region's cache gets the first one's contents. */
function carried({ scope, workload, role, first }: RegionGround, name: string, strategy: CacheStrategy) {
  if (role === "source" || strategy === "cold") return {};
  const primary = first?.caches[name];
  if (strategy === "global-datastore") {
    if (!first || !primary) return {};
    const { globalDatastoreId } = new GlobalDatastore(first.scope, `${name}-global`, {
      name: `${workload.name}-${name}`,
      primary,
    });
    return { globalDatastoreId };
  }
  const snapshot = new TerraformVariable(scope.node.scope!, `${name.replaceAll("-", "_")}_snapshot`, {
    type: "string",
    default: "",
    nullable: false,
    description:
      `ARN of the snapshot, in a bucket of ${scope.region}, that the cache "${name}" is made from; ` +
      "empty as long as there is none: it starts cold.",
  });
  return { restoreFrom: snapshot.stringValue };
}
