import { z } from "zod";
import { parseJson } from "../offline/parse-json";

const instance = z.object({
  index_key: z.union([z.string(), z.number()]).optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  status: z.string().optional(),
  deposed: z.string().optional(),
});

const rawState = z.object({
  version: z.literal(4),
  lineage: z.string().optional(),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.enum(["managed", "data"]),
      type: z.string(),
      name: z.string(),
      provider: z.string(),
      instances: z.array(instance),
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
  readonly instances: readonly StateInstance[];
}

/** One of a resource's objects. */
export interface StateInstance {
  /** By `count` or `for_each`. */
  readonly key?: string | number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a state holds. */
export interface State {
  /** Managed resources of `hashicorp/aws`. */
  readonly resources: readonly StateResource[];
  /** Addresses of those of other providers, which stay where they are. */
  readonly others: readonly string[];
  /** By which Terraform knows two copies of one state. */
  readonly lineage: string | undefined;
}

const PULL = "terraform state pull > state.json";

/**
 * Reads a state that is to be split.
 *
 * @param from where it stands, for the message
 * @throws Error that says what was found instead, and how to get a state
 */
export function parseState(text: string, from: string): State {
  if (text.trim() === "") throw new Error(`${from}: is empty; expected a state, from: ${PULL}`);
  const { resources, others, lineage } = readState(text, from);
  if (resources.length === 0) {
    const types = [...new Set(others.map((address) => address.split(".").at(-2)))].join(", ");
    throw new Error(
      types === ""
        ? `${from}: has no resources, so there is nothing to split`
        : `${from}: has no resources of hashicorp/aws, but ${types}`,
    );
  }
  return { resources, others, lineage };
}

/** Reads the state that objects come to: it may be empty. @throws Error as {@link parseState} */
export const parseStateOfOthers = (text: string, from: string): State =>
  text.trim() === "" ? { resources: [], others: [], lineage: undefined } : readState(text, from);

function readState(text: string, from: string): State {
  if (text.startsWith("PK"))
    throw new Error(`${from}: is a saved plan, not a state; expected a state, from: ${PULL}`);
  const parsed = rawState.safeParse(stateIn(parseJson(text, from, `a state, from: ${PULL}`), from));
  if (!parsed.success)
    throw new Error(`${from}: is not a state that can be read:\n${z.prettifyError(parsed.error)}`);
  const managed = parsed.data.resources.flatMap(({ mode, module = "", type, name, instances }) => {
    const address = [module, type, name].filter(Boolean).join(".");
    return mode === "managed" && instances.length > 0 ? [{ module, type, name, address, instances }] : [];
  });
  const own = managed.filter(({ type }) => type.startsWith("aws_"));
  refuseUnsettled(own, from);
  return {
    resources: own.map(({ instances, ...rest }) => ({
      ...rest,
      instances: instances.map(({ index_key: key, attributes = {} }) => ({ key, attributes })),
    })),
    others: managed.filter(({ type }) => !type.startsWith("aws_")).map(({ address }) => address),
    lineage: parsed.data.lineage,
  };
}

/** @throws Error that lists objects which the next apply destroys, split or not: no plan could be without changes */
function refuseUnsettled(
  resources: readonly { readonly address: string; readonly instances: readonly z.infer<typeof instance>[] }[],
  from: string,
): void {
  const faults = resources.flatMap(({ address, instances }) =>
    instances.flatMap(({ deposed, status, index_key: key }) => {
      const place = key === undefined ? address : `${address}[${JSON.stringify(key)}]`;
      if (deposed !== undefined)
        return [`${place}: has a deposed object (${deposed}), left over from a replacement`];
      return status === "tainted" ? [`${place}: is tainted, so the next apply replaces it`] : [];
    }),
  );
  if (faults.length > 0)
    throw new Error([...faults, `${from}: apply first, then split what that leaves`].join("\n"));
}

/** What a state of version 4 should be. @throws Error for everything that is known to be something else */
function stateIn(value: unknown, from: string): unknown {
  const has = (name: string) => typeof value === "object" && value !== null && name in value;
  if (has("format_version")) {
    throw new Error(
      `${from}: is what \`terraform show -json\` prints; expected the state itself, from: ${PULL}`,
    );
  }
  if (has("encrypted_data"))
    throw new Error(`${from}: is encrypted; expected a readable state, from: tofu state pull > state.json`);
  if (!has("version") || !(has("resources") || has("modules")))
    throw new Error(`${from}: is JSON, but not a state; expected a state, from: ${PULL}`);
  const { version } = value as { readonly version: unknown };
  if (version !== 4) {
    const age = Number(version) < 4 ? "older" : "newer";
    throw new Error(
      `${from}: is a state of version ${String(version)}, ${age} than the version 4 that Terraform writes since 0.12; expected what a Terraform of today makes of it, from: ${PULL}`,
    );
  }
  return value;
}
