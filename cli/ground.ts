import { readFileSync } from "node:fs";
import type { Manifest } from "../runbook/aws/manifest";
import type { AwsWorld } from "../runbook/aws/world";
import type { Journal, JournalView } from "../runbook/journal";
import type { Watching } from "../runbook/lease-keeping";
import { OUTPUTS_VARIABLE, readManifest, readManifestFromEnvironment } from "./outputs";
import { outputFiles, type SharedFlags } from "./shared-options";

/** What commands act on. */
export interface Ground {
  readonly manifest: Manifest;
  readonly world: AwsWorld;
  /**
   * Opens the journal for this operator alone.
   *
   * @throws AnotherOperator naming the one who is at work
   */
  openJournal(watching: Watching): Promise<Journal>;
  /** Looks at the journal without taking it. */
  viewJournal(): Promise<JournalView>;
  close(): void;
}

/**
 * Reads the manifest and opens the world it describes; no connection yet. What needs AWS's clients is loaded here, so that
 * help and refusals stay quick.
 *
 * @throws Error that lists every fault of the outputs
 */
export async function openGround(flags: SharedFlags): Promise<Ground> {
  const manifest = manifestOf(flags);
  // What Node.js the SDK's releases of another year will need is no line of a runbook.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { awsWorld } = await import("../runbook/aws/world");
  const authorities = flags.caFile === undefined ? undefined : readFileSync(flags.caFile, "utf8");
  const world = awsWorld({ manifest, authorities });
  const place = flags.journal === undefined ? await inTable(manifest, world) : await inFile(flags.journal);
  return { manifest, world, ...place, close: () => world.close() };
}

/** Reads the manifest from the files that are named, or else from the environment. @throws Error that lists every fault */
export function manifestOf(flags: Pick<SharedFlags, "outputs">): Manifest {
  const files = outputFiles(flags);
  return files.length > 0
    ? readManifest(files)
    : readManifestFromEnvironment(process.env[OUTPUTS_VARIABLE] ?? "");
}

type JournalPlace = Pick<Ground, "openJournal" | "viewJournal">;

async function inFile(file: string): Promise<JournalPlace> {
  const { openJournal, viewJournal } = await import("../runbook/journal");
  return {
    openJournal: (watching) => openJournal(file, watching),
    viewJournal: () => viewJournal(file),
  };
}

async function inTable(manifest: Manifest, world: AwsWorld): Promise<JournalPlace> {
  const { requireParts } = await import("../runbook/aws/manifest");
  const { openDynamoJournal, viewDynamoJournal } = await import("../runbook/aws/dynamo-journal");
  const { replication } = requireParts(manifest, ["replication"]);
  const place = { table: replication.journalTable, relocation: manifest.workload };
  const dynamo = world.clients.in("dynamo", manifest.targetRegion);
  return {
    openJournal: (watching) => openDynamoJournal(dynamo, place, watching),
    viewJournal: () => viewDynamoJournal(dynamo, place),
  };
}
