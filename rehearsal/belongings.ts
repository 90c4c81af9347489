/** What a run has started, in order, to be ended in reverse. */
export interface Belongings {
  /** Takes something over, under a name for humans. */
  own(name: string, end: () => Promise<void> | void): void;
  /**
   * Ends everything, last started first, whatever fails on the way. Safe to call twice.
   *
   * @returns the names of what was ended
   * @throws AggregateError with every failure
   */
  end(): Promise<string[]>;
}

export function gatherBelongings(): Belongings {
  const owned: { readonly name: string; readonly end: () => Promise<void> | void }[] = [];
  return {
    own: (name, end) => void owned.push({ name, end }),
    async end() {
      const ended: string[] = [];
      const failures: unknown[] = [];
      for (let next = owned.pop(); next; next = owned.pop()) {
        try {
          await next.end();
          ended.push(next.name);
        } catch (error) {
          failures.push(new Error(`${next.name} did not end in order`, { cause: error }));
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
      return ended;
    },
  };
}
