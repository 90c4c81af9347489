import type { Manifest } from "../runbook/aws/manifest";
import { readTtl } from "../runbook/status/dns-ttl";
import { isLow, ttlReadiness, type TtlReadiness } from "../runbook/status/ttl-readiness";
import { readInventory } from "./inventory-file";

/** How ready the public name's TTL is, and since when. */
export interface PublicTtl extends TtlReadiness {
  readonly name: string;
  /** When it was first seen to be low, as far as the inventory knows; ISO 8601. @default - it is not low */
  readonly lowSince?: string;
}

/** How ready the TTL of the workload's public name is (B1). @returns undefined when nothing answers the world */
export async function publicTtl({ workload, parts }: Manifest): Promise<PublicTtl | undefined> {
  const publicName = parts.cutover?.edge?.publicName;
  if (publicName === undefined) return undefined;
  const { hostname: name } = new URL(`https://${publicName}`);
  const found = await readTtl(name);
  const remembered = readInventory(workload)?.ttlLowSince;
  const lowSince = isLow(found) ? (remembered ?? new Date().toISOString()) : undefined;
  const since = lowSince === undefined ? undefined : new Date(lowSince);
  return { name, lowSince, ...ttlReadiness(found, since) };
}
