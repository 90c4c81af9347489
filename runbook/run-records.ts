import type { JournalEntry } from "./journal-entry";
import type { Outcome } from "./result";

/** One run of a plan as the journal tells it, from its first command to the one that ended it. */
export interface RunRecord {
  readonly run: number;
  readonly plan: string;
  /** Who gave the command; several when it was taken up again. */
  readonly by: readonly string[];
  readonly begunAt: string;
  /** Of its last entry. */
  readonly endedAt: string;
  /** How its last command ended; `cut off` when no end was written. */
  readonly outcome: Outcome | "cut off";
  /** Why, when it did not come to its end. */
  readonly cause?: string;
  /** When the point of no return was first seen behind. @default - never */
  readonly crossedAt?: string;
}

/** The runs of a journal, in the order of their first entries. */
export function readRuns(entries: readonly JournalEntry[]): RunRecord[] {
  const runs = new Map<number, JournalEntry[]>();
  for (const entry of entries) runs.set(entry.run, [...(runs.get(entry.run) ?? []), entry]);
  return [...runs.values()].map(readRun);
}

const OUTCOMES: Partial<Record<JournalEntry["event"], Outcome>> = {
  "plan done": "done",
  "plan undone": "undone",
  "plan stopped": "stopped",
};

function readRun(entries: readonly JournalEntry[]): RunRecord {
  const first = entries[0] as JournalEntry;
  const last = entries.at(-1) as JournalEntry;
  return {
    ...{ run: first.run, plan: first.plan, begunAt: first.at, endedAt: last.at },
    by: [...new Set(entries.flatMap(({ by }) => by ?? []))],
    outcome: OUTCOMES[last.event] ?? "cut off",
    cause: OUTCOMES[last.event] ? last.error : undefined,
    crossedAt: entries.find(({ event }) => event === "crossed")?.at,
  };
}
