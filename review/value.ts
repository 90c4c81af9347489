/** A plan's value as text; empty when it is none, such as null. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The objects of a block, which plans give as a list, or as one object. */
export function blocks(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.filter(
    (one): one is Readonly<Record<string, unknown>> =>
      typeof one === "object" && one !== null && !Array.isArray(one),
  );
}
