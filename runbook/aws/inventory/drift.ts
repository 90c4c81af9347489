import type { SourceInventory } from "./inventory";

/** What grows by itself, and is no change of the infrastructure. */
const GROWING = new Set(["objects", "standardBytes"]);

/**
 * What differs between two inventories of a source, a line each (D3). Pure.
 *
 * @param before as it was written down
 */
export function drift(before: SourceInventory, now: SourceInventory): string[] {
  const kinds = union(before, now);
  return kinds.flatMap((kind) => {
    const [old, fresh] = [before[kind] ?? {}, now[kind] ?? {}];
    return union(old, fresh).flatMap((name) => {
      const [was, is] = [old[name], fresh[name]];
      if (!was) return [`${kind}: ${name} is new`];
      if (!is) return [`${kind}: ${name} is gone`];
      // What could not be read says nothing of what there is.
      if ("unread" in was || "unread" in is) return [];
      return union(was, is)
        .filter((property) => !GROWING.has(property))
        .filter((property) => JSON.stringify(was[property]) !== JSON.stringify(is[property]))
        .map(
          (property) => `${kind}: ${name}: ${property} was ${text(was[property])}, is ${text(is[property])}`,
        );
    });
  });
}

const union = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
];

const text = (value: unknown): string =>
  value === undefined ? "not there" : typeof value === "string" ? value : JSON.stringify(value);
