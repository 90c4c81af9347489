import { shuffled, type Random } from "../seeded";

/** How what is written reaches the points of presence. */
export interface Convergence {
  /** Number of points of presence. */
  readonly points: number;
  /** Time after which the last point sees a write, in milliseconds. */
  readonly convergenceMs: number;
  /** Decides which point sees a write when. */
  readonly random: Random;
  /** The time in milliseconds. @default - performance.now */
  readonly now?: () => number;
}

/** A value that every point of presence sees in its own time. */
export interface Converging<T> {
  /** What was written last, whoever has seen it. */
  latest(): T;
  /** What one point sees now. */
  seenBy(point: number): T;
  write(value: T): void;
}

/**
 * Holds a value that, once written, reaches the first point at once, the last one after exactly `convergenceMs`, and
 * those between evenly spread, in an order drawn anew for each write. No timer runs: what a point sees is computed when
 * it looks.
 */
export function converging<T>(initial: T, options: Convergence): Converging<T> {
  const { points, convergenceMs, random, now = () => performance.now() } = options;
  let writes: { readonly value: T; readonly arrivals: readonly number[] }[] = [];

  const draw = (): number[] => {
    const start = now();
    const gap = points > 1 ? convergenceMs / (points - 1) : 0;
    const delays = Array.from({ length: points }, (_, rank) => (points > 1 ? rank * gap : convergenceMs));
    return shuffled(delays, random).map((delay) => start + delay);
  };

  return {
    latest: () => writes.at(-1)?.value ?? initial,
    seenBy(point) {
      const time = now();
      // A newer write that came first stays: a point never goes back to an older value.
      return writes.findLast((write) => (write.arrivals[point] ?? 0) <= time)?.value ?? initial;
    },
    write(value) {
      const time = now();
      const settled = writes.findLastIndex((write) => write.arrivals.every((arrival) => arrival <= time));
      writes = [...writes.slice(Math.max(settled, 0)), { value, arrivals: draw() }];
    },
  };
}
