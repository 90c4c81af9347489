import type { PointerDelay, WriterEndpoint } from "../world";

/**
 * What applications feel at a switch, by the way they find the writer; for the operator, before it. Measured: see
 * docs/decisions/014.
 *
 * Source for names: Route 53 developer guide, "Changes generally propagate to all Route 53 servers within 60 seconds".
 */
export async function expectedHold(endpoint: WriterEndpoint, signal: AbortSignal): Promise<string> {
  switch (endpoint.kind) {
    case "pooler":
      return "statements wait under a second, none fails";
    case "host-list":
      return "under a second; statements under way get an error that a reconnection mends";
    case "cname":
      return `until DNS has followed: ${measured(await endpoint.name.delay?.(signal))}; writes fail until then, and reconnections mend it`;
  }
}

const ROUTE_53 = "Route 53 takes up to about 60 s";

function measured(delay: PointerDelay | undefined): string {
  if (delay === undefined) return `${ROUTE_53}, and resolvers keep the name for its TTL`;
  const { keptMs, answerMs, asked } = delay;
  return keptMs === undefined
    ? `${ROUTE_53}, and no resolver here answers for the name`
    : `${ROUTE_53}, and resolvers here keep the name for up to ${keptMs / 1_000} s (asked ${asked} times, slowest answer ${answerMs} ms)`;
}
