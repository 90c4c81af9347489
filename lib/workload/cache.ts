/** What ElastiCache runs. */
export type CacheEngine = "valkey" | "redis";

/**
 * What becomes of a cache's contents.
 *
 * - `cold`: the target's starts empty. For what can be computed again.
 * - `snapshot`: the target's is restored from a snapshot that was exported to a bucket of the target region (B9).
 * - `global-datastore`: replicated by ElastiCache; promotion by API only, node type `large` or more.
 */
export type CacheStrategy = "cold" | "snapshot" | "global-datastore";

/** A cache, and what becomes of its contents. */
export interface WorkloadCache {
  /** @default "valkey" */
  readonly engine?: CacheEngine;
  /** Such as `8.0` for Valkey or `7.1` for Redis. */
  readonly engineVersion: string;
  /** @default "cold" */
  readonly strategy?: CacheStrategy;
  /** @default "cache.t4g.medium", with `global-datastore` "cache.m7g.large" */
  readonly nodeType?: string;
  /** Read replicas beside the primary; at least one, in another zone. @default 1 */
  readonly replicas?: number;
}
