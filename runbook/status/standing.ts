import type { JournalEntry } from "../journal";
import type { DatabaseStatus } from "./database-status";

/** Where a relocation stands. */
export interface WorkloadStanding {
  readonly phase:
    "not started" | "replicating" | "switched" | "completed" | "under way" | "mixed" | "cannot be told";
  /** In a sentence. */
  readonly meaning: string;
  /** The way back that is open now, in a sentence. */
  readonly wayBack: string;
  /** Command to give next. @default - nothing is left to do here */
  readonly next?: string;
}

/** A run of a plan that has neither ended nor been taken back. */
export interface CutOff {
  readonly plan: string;
  /** Title or id of the step that was begun last. @default - none was */
  readonly step?: string;
  readonly at: string;
}

/** What the plan that ran last has left half way. Pure. @returns undefined when it has come to an end */
export function cutOffRun(entries: readonly JournalEntry[]): CutOff | undefined {
  const last = entries.at(-1);
  if (!last || last.event === "plan done" || last.event === "plan undone") return undefined;
  const ofRun = entries.filter(({ run }) => run === last.run);
  const step = ofRun.filter(({ event }) => event === "step begun").at(-1)?.step;
  return { plan: last.plan, step, at: last.at };
}

/**
 * Where a relocation stands, from what its databases say. Pure.
 *
 * @param completedAt when the way back has ended, as the proof says
 */
export function workloadStanding(
  databases: readonly Pick<DatabaseStatus, "name" | "active" | "source" | "target">[],
  { cutOff, completedAt }: { readonly cutOff?: CutOff; readonly completedAt?: string },
): WorkloadStanding {
  if (cutOff) {
    return {
      phase: "under way",
      meaning: `${cutOff.plan} was begun and has not ended${cutOff.step ? ` (last step: ${cutOff.step})` : ""}`,
      wayBack: "the same command goes on, or takes back what it has begun",
      next: cutOff.plan,
    };
  }
  const found = [...new Set(databases.map(({ active }) => active))];
  const [active = "ungated"] = found;
  if (found.length > 1) {
    const each = databases.map((database) => `${database.name}: ${database.active}`).join(", ");
    return {
      phase: "mixed",
      meaning: `databases differ: ${each}`,
      wayBack: "relocate cutover brings all to the target, relocate rollback all to the source",
      next: "cutover",
    };
  }
  switch (active) {
    case "source":
      return isJoined(databases) ? REPLICATING : { ...REPLICATING, ...INCOMPLETE };
    case "target":
      return isJoined(databases) ? SWITCHED : { ...SWITCHED, ...COMPLETING };
    case "ungated":
      return completedAt === undefined ? NOT_STARTED : completed(completedAt);
    case "none":
      return {
        phase: "under way",
        meaning: "neither side takes writes: a switch is under way, or was cut off",
        wayBack: "the command of that switch goes on, or takes it back",
        next: "cutover",
      };
    case "both":
      return {
        phase: "cannot be told",
        meaning: "both gates are open: somebody opened one by hand; close the one that is not the writer",
        wayBack: "none before one of them is closed",
      };
    case "unknown":
      return {
        phase: "cannot be told",
        meaning: "the side that would tell who the writer is cannot be reached",
        wayBack: "cannot be told",
        next: "status",
      };
  }
}

/** Rows go both ways: what a switch and the way back from it rely on. */
const isJoined = (databases: readonly Pick<DatabaseStatus, "source" | "target">[]): boolean =>
  databases.every(({ source, target }) =>
    [source, target].every((side) => !side.reachable || side.subscription !== undefined),
  );

const NOT_STARTED: WorkloadStanding = {
  phase: "not started",
  meaning: "nothing of the runbook stands in the databases; the source serves as it always has",
  wayBack: "none is needed",
  next: "start",
};

const REPLICATING: WorkloadStanding = {
  phase: "replicating",
  meaning: "the source is the writer, and rows go to the target",
  wayBack: "relocate abort leaves the source as it was",
  next: "verify",
};

const INCOMPLETE = {
  meaning: "the source is the writer, and replication does not go both ways",
  next: "start",
} as const;

const SWITCHED: WorkloadStanding = {
  phase: "switched",
  meaning: "the target is the writer, and rows go back to the source",
  wayBack: "relocate rollback, without losing a write, until relocate complete",
  next: "complete",
};

const COMPLETING = {
  meaning: "the target is the writer, and replication does not go both ways",
  wayBack: "none without losing what was written since replication back ended",
} as const;

const completed = (at: string): WorkloadStanding => ({
  phase: "completed",
  meaning: `the way back has ended at ${at}; the target is on its own`,
  wayBack: "none",
});
