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

/** Whether a bool variable is true: one that was given on the command line stands in a plan as text. */
export const isTrue = (value: unknown): boolean => value === true || value === "true";
