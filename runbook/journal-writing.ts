import { attempt, forever } from "./attempt";
import type { Journal, JournalNote } from "./journal";

/** A journal that does not answer is given up after as long, in milliseconds. */
const PATIENCE = 5_000;

/** Writes notes in their order, and waits only where something depends on it. */
export interface Writing {
  /** With the next write: so that one step costs one flush to disk, not two. */
  later(note: JournalNote): void;
  /** Begins to write and does not wait: a journal that hangs must not keep the runbook from taking back what it has begun. */
  soon(note: JournalNote): void;
  /** Returns when it is written. @throws Error when it cannot be; then it will not be written later either */
  durably(note: JournalNote): Promise<void>;
  /** Writes what is left, with a last note. @throws Error when it cannot be */
  end(note: JournalNote): Promise<void>;
}

/** Begins to write the notes of a run. */
export function writeBehind(journal: Journal): Writing {
  const waiting: JournalNote[] = [];
  let last: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    if (waiting.length === 0) return;
    const notes = [...waiting];
    const written = await attempt(PATIENCE, forever(), () => journal.append(...notes));
    if (written.failed !== undefined) throw new Error(`the journal cannot be written: ${written.failed}`);
    waiting.splice(0, notes.length);
  }
  /** One after the other, or the order would be lost. */
  const next = (): Promise<void> => {
    const writing = last.then(write);
    last = writing.catch(() => undefined);
    return writing;
  };
  return {
    later: (note) => void waiting.push(note),
    soon(note) {
      waiting.push(note);
      // What fails now is tried again with the next write, and told at the end.
      void next().catch(() => undefined);
    },
    async durably(note) {
      waiting.push(note);
      try {
        await next();
      } catch (error) {
        waiting.splice(waiting.indexOf(note), 1);
        throw error;
      }
    },
    end(note) {
      waiting.push(note);
      return next();
    },
  };
}
