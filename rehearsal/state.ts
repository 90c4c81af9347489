import { z } from "zod";
import type { StackState } from "../offline/workspace";

/** The applied phase stacks: state by stack name. */
export type States = Readonly<Record<string, StackState>>;

/** One resource of the applied stacks, as far as a reader asked for it. */
export interface Found<T> {
  /** `<stack>: <Terraform address>`, for messages. */
  readonly at: string;
  readonly values: T;
}

/**
 * Reads every resource of one type, checked against the attributes the reader needs.
 *
 * @param mode data sources are found under `data`. @default "managed"
 * @throws Error that lists every resource and attribute that is not as expected
 */
export function resources<S extends z.ZodType>(
  states: States,
  type: string,
  shape: S,
  mode: "managed" | "data" = "managed",
): readonly Found<z.infer<S>>[] {
  const faults: string[] = [];
  const found: Found<z.infer<S>>[] = [];
  for (const [stack, state] of Object.entries(states)) {
    for (const resource of state.resources) {
      if (resource.type !== type || resource.mode !== mode) continue;
      const at = `${stack}: ${resource.address}`;
      const parsed = shape.safeParse(resource.values);
      if (parsed.success) found.push({ at, values: parsed.data });
      else
        faults.push(
          ...parsed.error.issues.map((issue) => `  ${at}: ${issue.path.join(".")}: ${issue.message}`),
        );
    }
  }
  if (faults.length > 0) {
    throw new Error(
      [
        "The applied state lacks what the rehearsal builds from (attribute: what was expected):",
        ...faults,
      ].join("\n"),
    );
  }
  return found;
}

/** An attribute that AWS may leave out or Terraform may keep as null. */
export const absent = <S extends z.ZodType>(shape: S) =>
  shape.nullish().transform((value) => value ?? undefined);

/** A list or set of text that may be absent. */
export const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** A block list that may be absent. */
export const blocks = <S extends z.ZodType>(shape: S) =>
  z
    .array(shape)
    .nullish()
    .transform((list) => list ?? []);

/** An ARN of a regional service: `arn:partition:service:region:account:...`. */
export function regionOf(arn: string): string {
  const region = arn.split(":")[3];
  if (!arn.startsWith("arn:") || !region)
    throw new Error(`Expected the ARN of something regional, found "${arn}"`);
  return region;
}
