import { readFileSync, readlinkSync } from "node:fs";
import { open, readdir, rm, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname } from "node:path";
import { z } from "zod";
import { operatorHere, type Holder } from "./lease";
import {
  keepLease,
  type KeptLease,
  LEASE_DURATION,
  now,
  outlive,
  refusal,
  type SeenLease,
  type Watching,
} from "./lease-keeping";

const leaseText = z.object({
  who: z.string(),
  host: z.string(),
  since: z.string(),
  pid: z.number(),
  machine: z.string(),
  durationMs: z.number(),
});

/** A lease file as it stands. Its time of modification is its beat, and 0 when it was given back: neither takes room on a full disk. */
interface LeaseFile extends SeenLease {
  readonly pid?: number;
  /** @default - it was not written to its end */
  readonly machine?: string;
}

/** How to take the lease of a journal on disk. */
export interface FileLeaseRequest extends Watching {
  /** Without a renewal for as long, it is lost; in milliseconds. @default 15000 */
  readonly durationMs?: number;
}

/**
 * Takes the lease of a journal on disk, which several machines may share: beside it, `<journal>.lease-<token>`.
 *
 * Each taking makes the file of the next number, which one contender alone can; the highest number holds. It stays when
 * it is given back, so that no number is used twice.
 *
 * A dead process on this machine is followed at once, any other that is silent once its time is over.
 *
 * @param journal absolute path; its folder must be there
 * @param above the token is higher than this, too
 * @throws Error naming the living holder
 */
export async function takeFileLease(
  journal: string,
  above: number,
  request: FileLeaseRequest,
): Promise<KeptLease> {
  const { durationMs = LEASE_DURATION } = request;
  // Whose duration cannot be read is taken to last as long as this one.
  const look = () => readNewest(journal, durationMs);
  const found = await look();
  if (found?.isHeld && !isDead(found)) {
    if (isSurelyAtWork(found)) throw refuse(journal, found);
    await outlive(found, look, journal, request);
  }
  const token = Math.max(found?.token ?? 0, above) + 1;
  const holder: Holder = { ...operatorHere(), since: new Date().toISOString() };
  const takenAt = now();
  await write(journal, token, { ...holder, pid: process.pid, machine: MACHINE, durationMs });
  const newest = await look();
  if (newest && newest.token > token) {
    await rm(pathOf(journal, token), { force: true });
    throw refuse(journal, newest);
  }
  for (const older of (await tokens(journal)).filter((one) => one < token)) {
    await rm(pathOf(journal, older), { force: true });
  }
  // One after the other: a renewal must not overtake the giving back.
  let last: Promise<unknown> = Promise.resolve();
  const beat = (at: Date | 0): Promise<boolean> => {
    const isOurs = last.then(async () => {
      if (!(await isNewest(journal, token))) return false;
      await utimes(pathOf(journal, token), at, at);
      return true;
    });
    last = isOurs.catch(() => undefined);
    return isOurs;
  };
  return keepLease({
    ...{ name: journal, token, holder, durationMs, takenAt },
    renew: () => beat(new Date()),
    giveBack: () => beat(0).then(() => undefined),
  });
}

/** Who holds the lease of a journal, as far as can be told by a look. @returns undefined when nobody does */
export async function readFileHolder(journal: string): Promise<Holder | undefined> {
  const found = await readNewest(journal);
  return found?.isHeld && !isDead(found) ? found.holder : undefined;
}

/** This machine since it started, and the processes that this one can see: elsewhere a number is another process. */
const MACHINE = ((): string => {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Only Linux has these, and has containers that share a host's name.
    return hostname();
  }
})();

function isDead({ pid, machine }: LeaseFile): boolean {
  if (pid === undefined || machine !== MACHINE) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // A process of another user cannot be signalled, but it lives.
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
}

/** On one machine the clock can be asked; a process that is stopped, or another of the same number, does not renew. */
const isSurelyAtWork = ({ machine, beat, durationMs }: LeaseFile): boolean =>
  machine === MACHINE && Math.abs(Date.now() - beat) < durationMs;

function refuse(journal: string, { pid, machine, holder }: LeaseFile): Error {
  if (pid !== process.pid || machine !== MACHINE) return refusal(journal, holder);
  return new Error(`${journal}: this process already has the journal open`);
}

const pathOf = (journal: string, token: number): string => `${journal}.lease-${token}`;

const isNewest = async (journal: string, token: number): Promise<boolean> =>
  Math.max(0, ...(await tokens(journal))) === token;

async function tokens(journal: string): Promise<number[]> {
  const prefix = `${basename(journal)}.lease-`;
  const names = await readdir(dirname(journal));
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter(Number.isSafeInteger);
}

async function readNewest(journal: string, fallbackMs = LEASE_DURATION): Promise<LeaseFile | undefined> {
  const token = Math.max(0, ...(await tokens(journal)));
  if (token === 0) return undefined;
  const handle = await openUnlessGone(pathOf(journal, token));
  // It was removed in this moment, so a higher one stands.
  if (!handle) return readNewest(journal, fallbackMs);
  try {
    const [{ mtimeMs: beat }, text] = [await handle.stat(), await handle.readFile("utf8")];
    const { who, host, since, ...file } = parse(text) ?? {
      ...{ who: "somebody", host: "some machine", since: "just now", durationMs: fallbackMs },
    };
    return { token, beat, holder: { who, host, since }, isHeld: beat !== 0, ...file };
  } finally {
    await handle.close();
  }
}

/** `undefined` while its holder is between making and writing it, or when it died there. */
function parse(text: string): z.infer<typeof leaseText> | undefined {
  try {
    return leaseText.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function openUnlessGone(path: string) {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Only one contender can make a file that is not there. */
async function write(journal: string, token: number, text: z.infer<typeof leaseText>): Promise<void> {
  const handle = await open(pathOf(journal, token), "wx").catch(async (error: NodeJS.ErrnoException) => {
    const other = error.code === "EEXIST" ? await readNewest(journal) : undefined;
    throw other ? refuse(journal, other) : error;
  });
  try {
    await handle.writeFile(JSON.stringify(text));
  } catch (error) {
    await rm(pathOf(journal, token), { force: true });
    throw new Error(`${pathOf(journal, token)}: cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await handle.close();
  }
}
