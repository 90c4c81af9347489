import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { SourceInventory } from "../runbook/aws/inventory/inventory";

const item = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
);

const inventory = z.strictObject({
  version: z.literal(1),
  workload: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** When the public name's TTL was first seen to be low; ISO 8601, UTC. */
  ttlLowSince: z.string().optional(),
  source: z.record(z.string(), z.record(z.string(), item)),
});

/** What `preflight` keeps: for the next one to compare with, and for the repository. */
export type InventoryFile = Omit<z.infer<typeof inventory>, "source"> & { readonly source: SourceInventory };

/** Name of the files in the working directory, without their endings `.md` and `.json`. */
export const inventoryName = (workload: string): string => `${workload}-inventory`;

/** @returns undefined when there is none yet @throws Error that names every field that is wrong */
export function readInventory(workload: string): InventoryFile | undefined {
  const file = `${inventoryName(workload)}.json`;
  if (!existsSync(file)) return undefined;
  const parsed = inventory.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(
    [`${file}: not an inventory of version 1; remove it to write a new one`, ...faults].join("\n"),
  );
}

/** @returns the files' names */
export function writeInventory(found: InventoryFile, markdown: string): string[] {
  const name = inventoryName(found.workload);
  writeFileSync(`${name}.json`, `${JSON.stringify(found, undefined, 2)}\n`);
  writeFileSync(`${name}.md`, markdown);
  return [`${name}.md`, `${name}.json`];
}
