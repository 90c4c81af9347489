import type { Side } from "./side";

/** A bucket and its twin in the other region, which replicate into each other by themselves. */
export interface BucketPair {
  readonly name: string;
  /** What keeps objects from being replicated from a side to the other, each with its fix; empty when nothing does. */
  faults(from: Side, signal: AbortSignal): Promise<readonly string[]>;
  /** What `mirror` would ask for now, for a dry run. */
  mirrorActions(): readonly string[];
  /**
   * Has what was on the source before the link, and what could not be replicated since, copied to the target; returns when
   * that is done. What the target has already is left out.
   *
   * @param onChange told how far it is
   */
  mirror(signal: AbortSignal, onChange: (seen: string) => void): Promise<Mirrored>;
  /**
   * Lists both sides and compares them object by object, by key and size.
   *
   * @param before only objects of `from` that were written before it must be on the other side
   */
  compare(from: Side, before: Date, signal: AbortSignal): Promise<BucketComparison>;
}

/** What a mirroring came to. */
export interface Mirrored {
  readonly objects: number;
  readonly failedObjects: number;
}

/** Two buckets side by side. */
export interface BucketComparison {
  /** On the side that was asked about, all of them. */
  readonly objects: number;
  readonly bytes: number;
  /** Written in time, and not on the other side, or there with another size. */
  readonly lacking: number;
  /** Keys of some that lack. */
  readonly examples: readonly string[];
  /** On the other side only. */
  readonly extra: number;
}
