import type { ByName } from "../lib/workload/workload";

/** Those of a collection that are named. */
export function pick<T>(all: ByName<T>, names: readonly string[] = []): ByName<T> {
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

export function mapValues<T, U>(all: ByName<T> | undefined, to: (value: T, name: string) => U): ByName<U> {
  return Object.fromEntries(Object.entries(all ?? {}).map(([name, value]) => [name, to(value, name)]));
}

/** Makes one of something for every name. */
export function fromNames<T>(names: readonly string[] | undefined, to: (name: string) => T): ByName<T> {
  return Object.fromEntries((names ?? []).map((name) => [name, to(name)]));
}

/** Those of a collection that a rule lets through. */
export function filterValues<T, U extends T>(
  all: ByName<T> | undefined,
  keep: (value: T, name: string) => value is U,
): ByName<U>;
export function filterValues<T>(
  all: ByName<T> | undefined,
  keep: (value: T, name: string) => boolean,
): ByName<T>;
export function filterValues<T>(
  all: ByName<T> | undefined,
  keep: (value: T, name: string) => boolean,
): ByName<T> {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([name, value]) => keep(value, name)));
}
