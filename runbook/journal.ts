import { mkdir, open, readFile, type FileHandle } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readFileHolder, takeFileLease, type FileLeaseRequest } from "./file-lease";
import { parseEntries, stamp, type JournalEntry, type JournalNote } from "./journal-entry";
import type { Holder, Lease } from "./lease";
import type { KeptLease } from "./lease-keeping";

export type { JournalEntry, JournalNote } from "./journal-entry";

/** The append-only memory of what was begun. The gates in the databases are the truth. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Under which it is written, and nobody else writes. */
  readonly lease: Lease;
  /** Returns when the lines are durable. Lines of one call are written together, and calls one after the other. */
  append(...notes: readonly JournalNote[]): Promise<void>;
  /** Gives the lease back. */
  close(): Promise<void>;
}

/** A look at a journal by somebody who does not hold its lease. */
export interface JournalView {
  readonly entries: readonly JournalEntry[];
  /** As far as can be told by a look. @default - nobody is at work */
  readonly holder?: Holder;
}

/**
 * Opens a journal on disk, made when it is missing, for this process alone.
 *
 * @param path one JSON object a line
 * @throws Error when another operator is at work (naming it), or a line is not of this version
 */
export async function openJournal(
  path: string,
  request: FileLeaseRequest = { signal: new AbortController().signal },
): Promise<Journal> {
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  const earlier = Math.max(0, ...(await readEntries(file)).map(({ token }) => token));
  const lease = await takeFileLease(file, earlier, request);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "a+");
    await syncDirectory(dirname(file));
    const text = wholeLines(await handle.readFile("utf8"));
    return await journalOn(file, handle, text, lease);
  } catch (error) {
    await handle?.close();
    await lease.release();
    throw error;
  }
}

/**
 * A look at a journal on disk, without its lease.
 *
 * @throws Error when a line is not of this version
 */
export async function viewJournal(path: string): Promise<JournalView> {
  const file = resolve(path);
  const entries = await readEntries(file);
  return { entries, holder: await readFileHolder(file) };
}

async function journalOn(file: string, handle: FileHandle, text: string, lease: KeptLease): Promise<Journal> {
  const entries = parse(text, file);
  let whole = Buffer.byteLength(text);
  // What a crash has left of a write, nothing was begun on the strength of.
  await handle.truncate(whole);
  // Whoever gave up waiting for one append may begin the next: they are written one after the other all the same.
  let last: Promise<unknown> = Promise.resolve();
  let isWhole = true;
  return {
    entries,
    lease,
    append(...notes) {
      const appended = last.then(() => append(stamp(notes, lease)));
      last = appended.catch(() => undefined);
      return appended;
    },
    async close() {
      await last;
      await handle.close();
      await lease.release();
    },
  };

  async function append(stamped: readonly JournalEntry[]): Promise<void> {
    await lease.confirm();
    // A disk that was full may have taken half a line, and the next one must not stick to it.
    if (!isWhole) await handle.truncate(whole);
    isWhole = false;
    const lines = Buffer.from(stamped.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    try {
      await handle.appendFile(lines);
      await handle.datasync();
    } catch (error) {
      throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
    }
    // On a disk that machines share, another may have taken over meanwhile: then the line is void.
    await lease.confirm();
    whole += lines.length;
    isWhole = true;
    entries.push(...stamped);
  }
}

const parse = (text: string, file: string): JournalEntry[] =>
  parseEntries(
    text.split("\n").slice(0, -1),
    file,
    "Use the release that wrote it, or move the file away to start a new journal: the gates in the databases tell what stands.",
  );

/** Without the line that a crash in the middle of a write has left without its end. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf("\n") + 1);

async function readEntries(file: string): Promise<JournalEntry[]> {
  try {
    return parse(wholeLines(await readFile(file, "utf8")), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Makes the file's name durable too, not only its content. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
