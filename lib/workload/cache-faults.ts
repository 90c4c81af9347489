import { cacheVersionFault } from "../regional/cache-engine";
import type { CacheEngine, CacheStrategy, WorkloadCache } from "./cache";
import { fault, fits, isWhole, unless } from "./fault";

const ENGINES: readonly CacheEngine[] = ["valkey", "redis"];
const STRATEGIES: readonly CacheStrategy[] = ["cold", "snapshot", "global-datastore"];

/** Source: ElastiCache user guide, "Prerequisites and limitations" of global datastores. */
const GLOBAL_NODE = /^cache\.(m[5-9]|r[5-9]|c7gn)[a-z]*\.(?!medium$|small$|micro$)[0-9a-z]+$/;
const NODE = /^cache\.[a-z][0-9a-z]*\.[0-9a-z]+$/;

/** Source: ElastiCache user guide, quotas: replicas of one shard. */
const MOST_REPLICAS = 5;

/** @returns what is wrong with one cache */
export function cacheFaults(name: string, cache: WorkloadCache): string[] {
  const { engine = "valkey", engineVersion, strategy = "cold", nodeType, replicas = 1 } = cache;
  const path = `caches.${name}`;
  if (!ENGINES.includes(engine)) {
    return [
      fault(
        `${path}.engine`,
        `"${engine}"`,
        `one of ${ENGINES.join(", ")}`,
        "name one of them, or leave it out for valkey",
      ),
    ];
  }
  const version = cacheVersionFault(engine, engineVersion);
  return [
    ...(version ? [`${path}.engineVersion: ${version}. Fix: write it as ElastiCache does.`] : []),
    ...unless(
      STRATEGIES.includes(strategy),
      fault(
        `${path}.strategy`,
        `"${strategy}"`,
        `one of ${STRATEGIES.join(", ")}`,
        "name one of them, or leave it out for cold",
      ),
    ),
    ...unless(
      fits(NODE, nodeType),
      fault(
        `${path}.nodeType`,
        `"${nodeType}"`,
        "an ElastiCache node type",
        "write it such as cache.t4g.medium",
      ),
    ),
    ...unless(
      strategy !== "global-datastore" || !fits(NODE, nodeType) || fits(GLOBAL_NODE, nodeType),
      fault(
        `${path}.nodeType`,
        `"${nodeType}" with the strategy global-datastore`,
        "size large or more of the families m5, r5, c7gn or newer",
        "take cache.m7g.large, or another strategy",
      ),
    ),
    ...unless(
      isWhole(replicas, 1, MOST_REPLICAS),
      fault(
        `${path}.replicas`,
        `${replicas}`,
        `1 to ${MOST_REPLICAS}`,
        "keep at least one: the primary fails over to it",
      ),
    ),
  ];
}
