/**
 * Does the same for several things at once and waits for all of them, so that none is left half way.
 *
 * @param name what a message calls one of them
 * @throws Error that names each that failed, and how
 */
export async function each<I, T>(
  items: readonly I[],
  name: (item: I) => string,
  work: (item: I) => Promise<T>,
): Promise<T[]> {
  const settled = await Promise.allSettled(items.map(work));
  const failures: Error[] = [];
  const values: T[] = [];
  settled.forEach((one, index) => {
    if (one.status === "fulfilled") values.push(one.value);
    else
      failures.push(
        new Error(`${name(items[index] as I)}: ${(one.reason as Error).message}`, { cause: one.reason }),
      );
  });
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  return values;
}
