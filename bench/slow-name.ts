import type { Side } from "../runbook/side";
import type { Pointer } from "../runbook/world";

/** A private name, and what a resolver makes of it. */
export interface SlowName {
  readonly pointer: Pointer;
  /** What the resolver of an application answers now. */
  resolve(): Side;
}

/**
 * A name whose servers follow a change after a time, and a resolver that keeps their answer for the TTL.
 *
 * @param propagation in milliseconds
 * @param ttl in milliseconds
 */
export function slowName(propagation: number, ttl: number): SlowName {
  const changes: { readonly side: Side; readonly at: number }[] = [{ side: "source", at: -Infinity }];
  let kept: { readonly side: Side; readonly until: number } = { side: "source", until: -Infinity };
  const served = (): Side => {
    const now = performance.now();
    return changes.findLast(({ at }) => at + propagation <= now)?.side ?? "source";
  };
  const resolve = (): Side => {
    const now = performance.now();
    if (now >= kept.until) kept = { side: served(), until: now + ttl };
    return kept.side;
  };
  return {
    resolve,
    pointer: {
      current: () => Promise.resolve(changes.at(-1)?.side ?? "source"),
      point: (side) => Promise.resolve(void changes.push({ side, at: performance.now() })),
      probe: () => Promise.resolve([{ vantagePoint: "resolver", side: resolve() }]),
    },
  };
}
