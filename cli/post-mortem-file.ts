import { writeFileSync } from "node:fs";
import { postMortem } from "../runbook/post-mortem";
import type { Ground } from "./ground";

/** Writes the post-mortem from the journal as it is now, at any time. */
export async function writePostMortem(ground: Ground, file: string): Promise<void> {
  const { workload, sourceRegion: source, targetRegion: target } = ground.manifest;
  const { entries } = await ground.viewJournal();
  writeFileSync(file, postMortem(entries, { workload, source, target }));
}
