import type { Observations } from "./result";

/** Between two lines about the same work, in milliseconds. */
const INTERVAL = 1_000;

/** Collects what a step observes. */
export interface Observing {
  observe(key: string, value: string | number | boolean): void;
  readonly seen: Observations;
  /** What is observed later is the work of nobody: it is not heard. */
  end(): void;
}

/** @param tell hears of what changed, at most once a second, and never after the end */
export function observing(tell?: (seen: Observations) => void): Observing {
  let seen: Observations = {};
  let isOver = false;
  let told = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tellNow = (): void => {
    timer = undefined;
    told = performance.now();
    tell?.(seen);
  };
  return {
    observe(key, value) {
      if (isOver) return;
      seen = { ...seen, [key]: value };
      if (tell) timer ??= setTimeout(tellNow, Math.max(0, told + INTERVAL - performance.now()));
    },
    get seen() {
      return seen;
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
