/**
 * Does the same for several databases at once and waits for all of them, so that none is left half way.
 *
 * @throws Error that names every database that failed, and how
 */
export async function eachDatabase<D extends { readonly name: string }, T>(
  databases: readonly D[],
  work: (database: D) => Promise<T>,
): Promise<Map<string, T>> {
  const settled = await Promise.allSettled(databases.map(work));
  const failures: unknown[] = [];
  const values = new Map<string, T>();
  settled.forEach((result, index) => {
    const { name } = databases[index] as D;
    if (result.status === "fulfilled") values.set(name, result.value);
    else failures.push(new DatabaseFailure(name, result.reason));
  });
  // A single failure keeps its kind: who takes things back asks for it.
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, failures.map((failure) => (failure as Error).message).join("\n"));
  return values;
}

/** What would be done to each, for a dry run: its lines with its name before them. */
export async function told<D extends { readonly name: string }>(
  databases: readonly D[],
  lines: (database: D) => Promise<readonly string[]>,
): Promise<string[]> {
  const each = await eachDatabase(databases, lines);
  return [...each].flatMap(([name, some]) => some.map((line) => `${name}: ${line}`));
}

class DatabaseFailure extends Error {
  constructor(name: string, cause: unknown) {
    super(`database ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
