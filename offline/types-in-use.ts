import * as fs from "node:fs";
import type { Mode } from "./schema/catalog";
import { filesBelow } from "./terraform-files";

/** Types by mode, such as `managed` -> `aws_db_instance`. */
export type TypesInUse = Readonly<Record<Mode, Set<string>>>;

const HCL_BLOCK = /^\s*(resource|data|ephemeral)\s+"(aws_\w+)"/gm;

/** In HCL and in Terraform's JSON syntax a managed resource stands under `resource`. */
const MODES: Readonly<Record<string, Mode>> = { resource: "managed", data: "data", ephemeral: "ephemeral" };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function addFromJson(text: string, types: TypesInUse): void {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) return;
  for (const [section, mode] of Object.entries(MODES)) {
    const found = parsed[section];
    for (const block of Array.isArray(found) ? found : [found]) {
      if (isRecord(block)) Object.keys(block).forEach((type) => types[mode].add(type));
    }
  }
}

function addFromState(text: string, types: TypesInUse): void {
  // Terraform writes an empty file while it is creating one.
  if (text.trim() === "") return;
  const parsed: unknown = JSON.parse(text);
  const resources =
    isRecord(parsed) && Array.isArray(parsed.resources) ? (parsed.resources as unknown[]) : [];
  for (const resource of resources) {
    if (!isRecord(resource) || typeof resource.type !== "string") continue;
    types[resource.mode === "data" ? "data" : "managed"].add(resource.type);
  }
}

function addFromHcl(text: string, types: TypesInUse): void {
  for (const [, section = "", type = ""] of text.matchAll(HCL_BLOCK)) {
    const mode = MODES[section];
    if (mode) types[mode].add(type);
  }
}

const READERS: readonly (readonly [string, (text: string, types: TypesInUse) => void])[] = [
  [".tf.json", addFromJson],
  [".tofu.json", addFromJson],
  [".tfstate", addFromState],
  [".tf", addFromHcl],
  [".tofu", addFromHcl],
];

function addFromFile(file: string, types: TypesInUse): void {
  const reader = READERS.find(([ending]) => file.endsWith(ending))?.[1];
  if (!reader) return;
  try {
    reader(fs.readFileSync(file, "utf8"), types);
  } catch (error) {
    // A file that cannot be read as what it claims to be is Terraform's to report, if it is a part of the configuration.
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/**
 * The types that Terraform may ask the provider about: those in configurations below the directory, and those in local
 * state files, because what has left the configuration must still be destroyed.
 *
 * @param directory searched with everything below it, but for installed packages and plugins
 */
export function addTypesBelow(directory: string, types: TypesInUse): void {
  for (const file of filesBelow(directory)) addFromFile(file, types);
}

/** No types yet. */
export const noTypes = (): TypesInUse => ({ managed: new Set(), data: new Set(), ephemeral: new Set() });
