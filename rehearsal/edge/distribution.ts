import { z } from "zod";
import { cachedBehaviours, readCachedPaths, type CachedPath } from "./cached-paths";
import { absent, blocks, resources, texts, type Found, type States } from "../state";

/** A distribution of the applied stacks, as far as the local edge acts on it. */
export interface Distribution {
  /** Where it stands, for messages. */
  readonly at: string;
  readonly id: string;
  readonly origins: readonly Origin[];
  /** Origin of the default behaviour. */
  readonly targetOriginId: string;
  /** Methods the default behaviour lets through; CloudFront answers others with 403. */
  readonly allowedMethods: readonly string[];
  /** What the other behaviours are for; router and origin are the default behaviour's. */
  readonly cachedPaths: readonly CachedPath[];
  /** Viewer-request function of the default behaviour. @default - none */
  readonly router?: RouterFunction;
}

/** Where a point of presence forwards to. */
export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly port: number;
}

/** The viewer-request function and its store. */
export interface RouterFunction {
  readonly at: string;
  /** Terraform's id: the function's name. */
  readonly id: string;
  readonly code: string;
  /** First entries of the associated key-value store. @default - no store is associated */
  readonly store?: { readonly arn: string; readonly entries: Readonly<Record<string, string>> };
}

const origin = z.object({
  origin_id: z.string(),
  domain_name: z.string(),
  custom_origin_config: blocks(
    z.object({ http_port: z.number(), https_port: z.number(), origin_protocol_policy: z.string() }),
  ),
});
const behaviour = z.object({
  target_origin_id: z.string(),
  allowed_methods: texts,
  function_association: blocks(z.object({ event_type: z.string(), function_arn: z.string() })),
});
const distribution = z.object({
  id: z.string(),
  enabled: z.boolean(),
  origin: z.array(origin),
  default_cache_behavior: z.array(behaviour).length(1),
  ordered_cache_behavior: cachedBehaviours,
});
const cloudfrontFunction = z.object({
  id: z.string(),
  arn: z.string(),
  code: z.string(),
  publish: absent(z.boolean()),
  key_value_store_associations: texts,
});
const storeKey = z.object({ key_value_store_arn: z.string(), key: z.string(), value: z.string() });

/**
 * Reads the workload's distribution with its router and the router's store.
 *
 * @param id of the distribution, as the manifest names it
 * @throws Error that lists what is missing or points to nothing
 */
export function readDistribution(states: States, id: string): Distribution {
  const all = resources(states, "aws_cloudfront_distribution", distribution);
  const found = all.find(({ values }) => values.id === id);
  if (!found) {
    const ids = all.map(({ at, values }) => `${values.id} (${at})`).join(", ") || "none";
    throw new Error(`The manifest names the distribution ${id}; the applied state has: ${ids}`);
  }
  const [rules] = found.values.default_cache_behavior;
  if (!rules) throw new Error(`${found.at}: no default_cache_behavior`);
  const faults: string[] = [];
  if (!found.values.enabled) faults.push(`${found.at}: enabled is false, so no request is answered`);
  const origins = found.values.origin.map(toOrigin);
  if (!origins.some((one) => one.id === rules.target_origin_id)) {
    const known = origins.map((one) => one.id).join(", ");
    faults.push(
      `${found.at}: target_origin_id is "${rules.target_origin_id}", expected one of its origins: ${known}`,
    );
  }
  const routerArn = rules.function_association.find(
    (one) => one.event_type === "viewer-request",
  )?.function_arn;
  const router = readRouter(states, found, routerArn, faults);
  const cachedPaths = readCachedPaths(
    states,
    found.values.ordered_cache_behavior,
    { at: found.at, targetOriginId: rules.target_origin_id, routerArn },
    faults,
  );
  if (faults.length > 0) throw new Error(["The edge cannot work as it is applied:", ...faults].join("\n  "));
  return {
    at: found.at,
    id,
    origins,
    targetOriginId: rules.target_origin_id,
    allowedMethods: rules.allowed_methods,
    cachedPaths,
    router,
  };
}

function toOrigin(block: z.infer<typeof origin>): Origin {
  const [custom] = block.custom_origin_config;
  const plain = custom?.origin_protocol_policy === "http-only";
  return {
    id: block.origin_id,
    domainName: block.domain_name,
    port: plain ? custom.http_port : (custom?.https_port ?? 443),
  };
}

function readRouter(
  states: States,
  owner: Found<z.infer<typeof distribution>>,
  arn: string | undefined,
  faults: string[],
): RouterFunction | undefined {
  if (!arn) return undefined;
  const found = resources(states, "aws_cloudfront_function", cloudfrontFunction).find(
    (one) => one.values.arn === arn,
  );
  if (!found) {
    faults.push(`${owner.at}: its viewer-request function ${arn} is not in the applied state`);
    return undefined;
  }
  const { id, code, publish, key_value_store_associations: stores } = found.values;
  if (publish === false) faults.push(`${found.at}: publish is false, so points of presence never run it`);
  return {
    at: found.at,
    id,
    code,
    store: stores[0] ? { arn: stores[0], entries: entriesOf(states, stores[0]) } : undefined,
  };
}

function entriesOf(states: States, arn: string): Record<string, string> {
  const keys = resources(states, "aws_cloudfrontkeyvaluestore_key", storeKey);
  const own = keys.filter(({ values }) => values.key_value_store_arn === arn);
  return Object.fromEntries(own.map(({ values }) => [values.key, values.value]));
}
