/** Time that passes only when everything waits for it. */
export interface VirtualClock {
  /** Lets time pass until the work has ended, or nothing is left to wait for. */
  settle<T>(work: Promise<T>): Promise<T | "hangs">;
  /** Milliseconds since it began. */
  readonly now: () => number;
  /** Gives the true timers back. */
  restore(): void;
}

/** Takes the place of `setTimeout`: hours of waiting take no time, and nothing depends on a machine's speed. */
export function virtualClock(): VirtualClock {
  const trueTimers = { setTimeout: global.setTimeout, clearTimeout: global.clearTimeout };
  const timers = new Map<number, { readonly at: number; readonly go: () => void }>();
  let [now, last] = [0, 0];
  const start = (go: () => void, ms = 0): unknown => {
    const id = ++last;
    timers.set(id, { at: now + ms, go });
    return { id, unref: () => undefined };
  };
  const clear = (timer?: unknown): void => void timers.delete((timer as { id: number } | undefined)?.id ?? 0);
  Object.assign(global, { setTimeout: start, clearTimeout: clear });
  const first = (): number | undefined => {
    let found: number | undefined;
    for (const [id, { at }] of timers)
      if (found === undefined || at < (timers.get(found)?.at ?? 0)) found = id;
    return found;
  };
  return {
    async settle<T>(work: Promise<T>) {
      let ended: { readonly value: T } | undefined;
      void work.then((value) => (ended = { value }));
      for (;;) {
        // Everything that is ready goes as far as it can.
        await new Promise((go) => setImmediate(go));
        if (ended) break;
        const next = first();
        const timer = timers.get(next ?? 0);
        if (next === undefined || !timer) break;
        timers.delete(next);
        now = timer.at;
        timer.go();
      }
      timers.clear();
      return ended ? ended.value : "hangs";
    },
    now: () => now,
    restore: () => void Object.assign(global, trueTimers),
  };
}
