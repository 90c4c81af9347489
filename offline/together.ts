/** Lets so many works run at a time; the others wait for their turn. */
export function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/**
 * Waits until all works have ended. The first that fails stops the others, so that none of them still writes once this
 * has thrown.
 *
 * @param stopping what the works listen to
 * @throws what the first one failed with
 */
export async function together<const T extends readonly Promise<unknown>[]>(
  works: T,
  stopping: AbortController,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const stop = (error: unknown) => stopping.abort(error);
  for (const work of works) work.catch(stop);
  await Promise.allSettled(works);
  stopping.signal.throwIfAborted();
  return Promise.all(works);
}
