import type { WriterEndpoint } from "../world";

/**
 * What applications feel at a switch, by the way they find the writer; for the operator, before it. Measured: see
 * docs/decisions/014.
 *
 * Source for names: Route 53 developer guide, "Changes generally propagate to all Route 53 servers within 60 seconds".
 */
export function expectedHold(endpoint: WriterEndpoint): string {
  switch (endpoint.kind) {
    case "pooler":
      return "statements wait under a second, none fails";
    case "host-list":
      return "under a second; statements under way get an error that a reconnection mends";
    case "cname":
      return "until DNS has followed, up to about 60 s and the record's TTL; writes fail until then, and reconnections mend it";
  }
}
