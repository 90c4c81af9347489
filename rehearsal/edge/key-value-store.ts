import { converging, type Converging, type Convergence } from "./converging";

/**
 * CloudFront's key-value store: written in one place, read at every point of presence, each of which sees a write in its
 * own time. AWS says "a few seconds"; 21 to 32 s have been measured.
 */
export interface KeyValueStore {
  /**
   * Reads a key as one point sees it.
   *
   * @throws Error (by rejecting) when the key is missing or the store is out
   */
  get(point: number, key: string): Promise<string>;
  /** What was written last, whoever has seen it. */
  latest(key: string): string | undefined;
  put(key: string, value: string): void;
  /** Makes every read fail, or ends that. Writes go on. */
  outage(lasts: boolean): void;
}

/** Opens a store whose first entries every point already knows. */
export function openKeyValueStore(
  entries: Readonly<Record<string, string>>,
  convergence: Convergence,
): KeyValueStore {
  const values = new Map<string, Converging<string | undefined>>();
  for (const [key, value] of Object.entries(entries))
    values.set(key, converging<string | undefined>(value, convergence));
  let out = false;
  return {
    get(point, key) {
      if (out) return Promise.reject(new Error("the key-value store does not answer"));
      const value = values.get(key)?.seenBy(point);
      return value === undefined ? Promise.reject(new Error(`no key "${key}"`)) : Promise.resolve(value);
    },
    latest: (key) => values.get(key)?.latest(),
    put(key, value) {
      const known = values.get(key) ?? converging<string | undefined>(undefined, convergence);
      values.set(key, known);
      known.write(value);
    },
    outage(lasts) {
      out = lasts;
    },
  };
}
