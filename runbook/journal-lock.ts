import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

interface Holder {
  pid: number;
  host: string;
  since: string;
}

/** Locks of this very process: its own process id proves nothing about a second opening. */
const held = new Set<string>();

/**
 * Takes the exclusive right to write a journal. Each contender puts a lock file of its own beside the journal and
 * then looks for others, so of two that come at once the later sees the earlier, and at worst both step back. A file
 * that contenders took over from each other could not promise that: between reading it and replacing it a third
 * one may have come.
 *
 * @returns gives the right back
 * @throws Error naming the living holder; a dead holder's lock is removed
 */
export async function lockJournal(journal: string): Promise<() => Promise<void>> {
  const path = resolve(journal);
  const own = `${path}.${hostname()}.${process.pid}.lock`;
  if (held.has(own)) throw new Error(`${journal}: this process already has the journal open`);
  held.add(own);
  const release = async (): Promise<void> => {
    await rm(own, { force: true });
    held.delete(own);
  };
  try {
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    await writeFile(own, JSON.stringify(holder));
    for (const name of await readdir(dirname(path))) {
      if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".lock")) continue;
      const other = join(dirname(path), name);
      if (other !== own) await outlive(other, journal);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** Removes a lock whose holder is dead; throws when it lives, or when that cannot be known. */
async function outlive(lock: string, journal: string): Promise<void> {
  const holder = await readHolder(lock);
  if (!holder) return;
  if (holder.host === hostname() && !isAlive(holder.pid)) {
    await rm(lock, { force: true });
    return;
  }
  throw new Error(
    `${journal}: another operator is at work: process ${holder.pid} on ${holder.host}, since ${holder.since}. ` +
      `Wait until it has ended; if that machine is gone for good, remove ${lock}`,
  );
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // Its holder is between creating and writing it, or died there: the file's name tells the process.
    const pid = Number(/\.(\d+)\.lock$/.exec(lock)?.[1]);
    return {
      pid,
      host: lock.includes(`.${hostname()}.`) ? hostname() : "another machine",
      since: "just now",
    };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be signalled, but it lives.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
