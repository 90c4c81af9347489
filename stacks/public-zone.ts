import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import type { GlobalScope } from "../lib/scope/global-scope";
import type { WorkloadEdge } from "../lib/workload/edge";

/** @returns id of the zone that holds the public name; undefined when DNS is kept elsewhere */
export function publicZoneId(global: GlobalScope, edge: WorkloadEdge | undefined): string | undefined {
  if (edge?.zone === undefined) return undefined;
  return new DataAwsRoute53Zone(global, "zone", { name: edge.zone, privateZone: false }).zoneId;
}

/** Whether a zone is the place for a name's records. */
export const isInZone = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);
