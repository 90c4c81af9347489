import type { CacheEngine } from "../workload/cache";

/** Form of an engine version, and the least version with users and passwords of their own. */
const LEAST: { readonly [engine in CacheEngine]: { readonly version: string; readonly example: string } } = {
  valkey: { version: "7.2", example: "8.0" },
  redis: { version: "6.0", example: "7.1" },
};

/**
 * What keeps a version from being one that caches here can have.
 *
 * Source: ElastiCache user guide, "Role-Based Access Control (RBAC)": Valkey from 7.2, Redis from 6.0 on.
 *
 * @returns what was found and what was expected; undefined when all is well
 */
export function cacheVersionFault(engine: CacheEngine, version: string): string | undefined {
  const least = LEAST[engine];
  const parts = /^(\d+)\.(\d+)$/.exec(version);
  const [major = 0, minor = 0] = (parts ?? []).slice(1).map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.version.split(".").map(Number);
  if (parts && (major > leastMajor || (major === leastMajor && minor >= leastMinor))) return undefined;
  return `found "${version}" for ${engine}, expected ${least.version} or newer, such as ${least.example}`;
}
