import { z } from "zod";
import { blocks, resources, texts, type States } from "../state";
import type { ViewerRequest } from "./function-runtime";

/**
 * Paths whose answers CloudFront may keep. The local edge keeps none, as when every answer has expired, but lets through
 * to the origin exactly what CloudFront would.
 */
export interface CachedPath {
  readonly pattern: string;
  readonly allowedMethods: readonly string[];
  /** Names of the headers the origin gets, in lower case; it gets no cookie. */
  readonly forwardedHeaders: readonly string[];
}

const cachedBehaviour = z.object({
  path_pattern: z.string(),
  target_origin_id: z.string(),
  allowed_methods: texts,
  cache_policy_id: z.string(),
  function_association: blocks(z.object({ event_type: z.string(), function_arn: z.string() })),
});
/** The ordered behaviours of a distribution in state. */
export const cachedBehaviours = blocks(cachedBehaviour);

const cachePolicy = z.object({
  id: z.string(),
  parameters_in_cache_key_and_forwarded_to_origin: z
    .array(
      z.object({
        cookies_config: z.array(z.object({ cookie_behavior: z.string() })).length(1),
        headers_config: z.array(z.object({ headers: blocks(z.object({ items: texts })) })).length(1),
      }),
    )
    .length(1),
});

/** What the default behaviour says, which the others must say too for the edge to be one. */
interface ByDefault {
  readonly at: string;
  readonly targetOriginId: string;
  /** @default - no viewer-request function */
  readonly routerArn?: string;
}

/** Reads a distribution's ordered behaviours; what the local edge could not play as it is becomes a fault. */
export function readCachedPaths(
  states: States,
  behaviours: z.infer<typeof cachedBehaviours>,
  byDefault: ByDefault,
  faults: string[],
): CachedPath[] {
  const policies = resources(states, "aws_cloudfront_cache_policy", cachePolicy);
  return behaviours.map((behaviour) => {
    const { path_pattern: pattern, cache_policy_id: policyId } = behaviour;
    const at = `${byDefault.at}: the behaviour of ${pattern}`;
    const router = behaviour.function_association.find((one) => one.event_type === "viewer-request");
    if (router?.function_arn !== byDefault.routerArn) {
      faults.push(`${at} has another viewer-request function than the default one, so it flips on its own`);
    }
    if (behaviour.target_origin_id !== byDefault.targetOriginId) {
      faults.push(
        `${at} has the target origin "${behaviour.target_origin_id}", not "${byDefault.targetOriginId}"`,
      );
    }
    const forwarded = policies.find(({ values }) => values.id === policyId)?.values
      .parameters_in_cache_key_and_forwarded_to_origin[0];
    if (!forwarded) faults.push(`${at} has the cache policy ${policyId}, which is not in the applied state`);
    else if (forwarded.cookies_config[0]?.cookie_behavior !== "none") {
      faults.push(`${at} lets cookies through, which the local edge does not on a path that may be cached`);
    }
    const headers = forwarded?.headers_config[0]?.headers[0]?.items ?? [];
    return {
      pattern,
      allowedMethods: behaviour.allowed_methods,
      forwardedHeaders: headers.map((name) => name.toLowerCase()),
    };
  });
}

/** The first of the cached paths that a request is for. Source: CloudFront developer guide, "Path pattern". */
export function cachedPathOf(paths: readonly CachedPath[], uri: string): CachedPath | undefined {
  return paths.find(({ pattern }) => {
    const escaped = pattern.replace(/^\//, "").replace(/[\\^$.|+()[\]{}]/g, "\\$&");
    return new RegExp(`^/${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(uri);
  });
}

/** The request as the origin of a cached path gets it; what describes a body comes along with it. */
export function asForwarded(request: ViewerRequest, { forwardedHeaders }: CachedPath): ViewerRequest {
  const headers = Object.entries(request.headers).filter(([name]) => forwardedHeaders.includes(name));
  return { ...request, headers: Object.fromEntries(headers), cookies: {} };
}
