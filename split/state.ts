import { z } from "zod";

const rawState = z.object({
  version: z.literal(4),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.enum(["managed", "data"]),
      type: z.string(),
      name: z.string(),
      provider: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          attributes: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

/** One managed resource of a state, with all its instances. */
export interface StateResource {
  /** Address of its module, such as `module.us_east_1.module.data`; empty for the root. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  /** Without the index of an instance. */
  readonly address: string;
  readonly instances: readonly {
    readonly key?: string | number;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

const PULL = "terraform state pull > state.json";

/**
 * Reads a state as Terraform keeps it.
 *
 * @param from where it stands, for the message
 * @returns its managed resources
 * @throws Error that says what was found instead, and how to get a state
 */
export function parseState(text: string, from: string): StateResource[] {
  if (text.trim() === "") throw new Error(`${from}: is empty; expected a state, from: ${PULL}`);
  if (text.startsWith("PK")) throw new Error(`${from}: is a saved plan; expected a state, from: ${PULL}`);
  const value = parseJson(text, from);
  if (typeof value === "object" && value !== null && "format_version" in value) {
    throw new Error(
      `${from}: is what \`terraform show -json\` prints; expected the state itself, from: ${PULL}`,
    );
  }
  const parsed = rawState.safeParse(value);
  if (!parsed.success) {
    throw new Error(
      `${from}: is not a state of version 4, which Terraform writes since 0.12:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const managed = parsed.data.resources.filter(({ mode }) => mode === "managed");
  if (managed.length === 0) throw new Error(`${from}: has no resources, so there is nothing to split`);
  const strangers = [
    ...new Set(managed.filter(({ type }) => !type.startsWith("aws_")).map(({ type }) => type)),
  ];
  if (strangers.length === new Set(managed.map(({ type }) => type)).size) {
    throw new Error(`${from}: has no resources of hashicorp/aws, but ${strangers.join(", ")}`);
  }
  return managed.map(({ module = "", type, name, instances }) => ({
    module,
    type,
    name,
    address: [module, type, name].filter(Boolean).join("."),
    instances: instances.map(({ index_key: key, attributes = {} }) => ({ key, attributes })),
  }));
}

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const isCut = /^\s*\{/.test(text) && !/\}\s*$/.test(text);
    const what = isCut ? "is cut off: the JSON has no end" : `is not JSON: ${(error as Error).message}`;
    throw new Error(`${from}: ${what}; expected a state, from: ${PULL}`, { cause: error });
  }
}
