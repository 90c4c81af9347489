import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait for AWS, and who hears of it. */
export interface Waiting {
  /** Ends the wait: a step's own signal, which carries its deadline. */
  readonly signal: AbortSignal;
  /** Told what is seen, whenever it differs from before. @default - nobody is told */
  readonly onChange?: (seen: string) => void;
  /** Between two looks, in milliseconds. @default - what suits the service */
  readonly pauseMs?: number;
}

/** What one look came to: what was waited for, or what is still the case. */
export type Look<T> = { readonly value: T } | { readonly still: string };

/**
 * Looks until what is waited for is there.
 *
 * @param what where it is waited for, such as `eu-west-1: database orders`
 * @param expected in words
 * @param pauseMs between two looks, unless the caller wants another
 * @throws Error with what was seen last and what was expected, when the signal is aborted; whatever `look` throws
 */
export async function waitFor<T>(
  { what, expected, pauseMs }: { readonly what: string; readonly expected: string; readonly pauseMs: number },
  waiting: Waiting,
  look: () => Promise<Look<T>>,
): Promise<T> {
  const { signal, onChange } = waiting;
  let seen: string | undefined;
  for (;;) {
    if (signal.aborted) throw gaveUp();
    const found = await look();
    if ("value" in found) return found.value;
    if (found.still !== seen) onChange?.(found.still);
    seen = found.still;
    await sleep(waiting.pauseMs ?? pauseMs, undefined, { signal }).catch(() => {
      throw gaveUp();
    });
  }

  function gaveUp(): Error {
    const found = seen === undefined ? "not looked at" : `still ${seen}`;
    return new Error(
      `${what}: ${found}, expected ${expected}; give the same command again to go on waiting`,
      {
        cause: signal.reason,
      },
    );
  }
}
