import type { Journal, JournalEntry, JournalNote } from "../../runbook/journal";
import type { Lease } from "../../runbook/lease";
import { unlosableLease } from "./unlosable-lease";

/** A journal in memory; `full` makes every write fail, as a full disk does. */
export function memoryJournal(
  entries: JournalEntry[] = [],
  lease: Lease = unlosableLease(),
): Journal & { full: boolean } {
  const journal = {
    full: false,
    entries,
    lease,
    append(...notes: readonly JournalNote[]) {
      if (journal.full) return Promise.reject(new Error("ENOSPC: no space left on device"));
      entries.push(...notes.map((note): JournalEntry => ({ version: 1, at: "now", token: 1, ...note })));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return journal;
}
