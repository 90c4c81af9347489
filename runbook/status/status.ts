import type { Holder } from "../lease";
import type { JournalView } from "../journal";
import { SIDES, type Side } from "../side";
import type { JobGate, Pointer, Sighting, World } from "../world";
import { readDatabase, type DatabaseStatus } from "./database-status";
import { lastCutOff, workloadStanding, type CutOff, type WorkloadStanding } from "./standing";

/** What a pointer names, and what is seen of it. */
export interface PointerStatus {
  /** @default - it could not be asked */
  readonly names?: Side;
  readonly sightings: readonly Sighting[];
  /** Why something of it is not known. @default - all is */
  readonly error?: string;
}

/** A worker or schedule. */
export interface JobStatus {
  readonly name: string;
  readonly kind: "worker" | "schedule";
  /** `elsewhere`: whoever manages it there turns it on and off. */
  readonly source: JobState;
  readonly target: JobState;
}

/** Whether a job runs on a side. */
export type JobState = "on" | "off" | "elsewhere" | "cannot be asked";

/** How a relocation stands now. */
export interface Status extends WorkloadStanding {
  /** When it was asked, by this machine's clock. */
  readonly at: string;
  readonly databases: readonly DatabaseStatus[];
  /** @default - the workload has no edge that is managed here */
  readonly edge?: PointerStatus;
  /** By database, for writer discovery by name. */
  readonly writerNames: Readonly<Record<string, PointerStatus>>;
  readonly jobs: readonly JobStatus[];
  /** @default - nobody is at work */
  readonly holder?: Holder;
  /** @default - the last run has come to its end */
  readonly cutOff?: CutOff;
  /** @default - the journal could be read */
  readonly journalError?: string;
  /** @default - the way back has not ended, or the proof could not be read */
  readonly completedAt?: string;
}

/**
 * Asks the whole world how it stands. Only reads, takes no lease, and tells what cannot be asked instead of failing.
 *
 * @param viewJournal a look at the journal
 */
export async function readStatus(
  world: World,
  viewJournal: () => Promise<JournalView>,
  signal: AbortSignal,
): Promise<Status> {
  const [databases, edge, writerNames, jobs, journal, completedAt] = await Promise.all([
    Promise.all(world.databases.map((pair) => readDatabase(pair, signal))),
    world.edge && readPointer(world.edge),
    namesOf(world),
    Promise.all((world.jobs ?? []).map((job) => readJob(job, signal))),
    viewJournal().catch((error: Error) => error),
    proofOf(world),
  ]);
  const entries = journal instanceof Error ? [] : journal.entries;
  const holder = journal instanceof Error ? undefined : journal.holder;
  const cutOff = holder ? undefined : lastCutOff(entries);
  return {
    at: new Date().toISOString(),
    ...workloadStanding(databases, { cutOff, completedAt }),
    ...{ databases, edge, writerNames, jobs, holder, cutOff, completedAt },
    journalError: journal instanceof Error ? journal.message : undefined,
  };
}

async function readPointer(pointer: Pointer): Promise<PointerStatus> {
  const [names, sightings] = await Promise.allSettled([pointer.current(), pointer.probe()]);
  const errors = [names, sightings].flatMap((asked) =>
    asked.status === "rejected" ? [(asked.reason as Error).message] : [],
  );
  return {
    names: names.status === "fulfilled" ? names.value : undefined,
    sightings: sightings.status === "fulfilled" ? sightings.value : [],
    error: errors.length > 0 ? errors.join("; ") : undefined,
  };
}

async function namesOf({ databases }: World): Promise<Record<string, PointerStatus>> {
  const named = databases.flatMap(({ name, endpoint }) =>
    endpoint.kind === "cname" ? [{ name, pointer: endpoint.name }] : [],
  );
  return Object.fromEntries(
    await Promise.all(named.map(async ({ name, pointer }) => [name, await readPointer(pointer)] as const)),
  );
}

async function readJob(job: JobGate, signal: AbortSignal): Promise<JobStatus> {
  const [source, target] = await Promise.all(
    SIDES.map(async (side): Promise<JobState> => {
      if (!job.sides.includes(side)) return "elsewhere";
      return job.isOn(side, signal).then(
        (on) => (on ? "on" : "off"),
        () => "cannot be asked",
      );
    }),
  );
  return { name: job.name, kind: job.kind, source: source as JobState, target: target as JobState };
}

/** @returns when the proof says; nothing as long as there is none */
async function proofOf({ completion }: World): Promise<string | undefined> {
  const text = await completion?.read().catch(() => undefined);
  return /^\{"completedAt":"([^"]+)"\}$/.exec(text ?? "")?.[1];
}
