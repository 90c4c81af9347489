import { z } from "zod";

const some = z.union([z.string(), z.array(z.string())]).optional();
const statement = z.object({
  Effect: z.string().optional(),
  Action: some,
  Principal: z.union([z.string(), z.record(z.string(), some)]).optional(),
  Condition: z.unknown().optional(),
});
const policy = z.object({ Statement: z.union([statement, z.array(statement)]).optional() });

/** What a policy allows. */
export interface Allowed {
  readonly actions: readonly string[];
  readonly principals: readonly string[];
  /** A condition narrows it. */
  readonly isConditional: boolean;
}

/** Reads what a policy allows. What is no policy, such as one that only apply knows, allows nothing. */
export function allowedBy(text: string): Allowed[] {
  const parsed = policy.safeParse(jsonIn(text));
  return [parsed.data?.Statement ?? []]
    .flat()
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Action = [], Principal = [], Condition }) => ({
      actions: [Action].flat(),
      principals: [typeof Principal === "string" ? Principal : Object.values(Principal)]
        .flat(2)
        .filter((one) => one !== undefined),
      isConditional: Condition !== undefined,
    }));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
