import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Manifest } from "../runbook/aws/manifest";
import { readTtl } from "../runbook/status/dns-ttl";
import { ttlReadiness, type TtlReadiness } from "../runbook/status/ttl-readiness";

/** Where `preflight` keeps what it has found, without its ending. */
export const inventoryFile = (workload: string): string => `${workload}-inventory`;

const remembered = z.object({ ttlLowSince: z.string().optional() });

/** When the inventory has first seen the public name's TTL low. @returns undefined when it has not, or there is none */
export function rememberedLow(workload: string): Date | undefined {
  const file = `${inventoryFile(workload)}.json`;
  if (!existsSync(file)) return undefined;
  const { ttlLowSince } = remembered.parse(JSON.parse(readFileSync(file, "utf8")));
  return ttlLowSince === undefined ? undefined : new Date(ttlLowSince);
}

/** How ready the TTL of the workload's public name is (B1). @returns undefined when nothing answers the world */
export async function publicTtl({ workload, parts }: Manifest): Promise<TtlReadiness | undefined> {
  const name = parts.cutover?.edge?.publicName;
  if (name === undefined) return undefined;
  const { hostname } = new URL(`https://${name}`);
  return ttlReadiness(await readTtl(hostname), rememberedLow(workload));
}
