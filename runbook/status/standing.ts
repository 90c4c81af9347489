import { cutOffRun } from "../cut-off";
import type { JournalEntry } from "../journal";
import { subscriptionName } from "../postgres/subscription";
import { filterOrigin } from "../postgres/ways";
import { SIDES } from "../side";
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

/** Plans that leave the relocation as it is: what was left half way before one of them still is. */
const ASIDE = ["drill", "watch"];

/**
 * What was left half way, of the relocation before what is beside it, and the latest first. Pure.
 *
 * @returns undefined when everything has come to an end
 */
export function lastCutOff(entries: readonly JournalEntry[]): CutOff | undefined {
  // An abort leaves nothing of what was begun before it.
  const cleared = entries.findLastIndex(({ plan, event }) => plan === "abort" && event === "plan done");
  const standing = entries.slice(cleared + 1);
  const plans = [...new Set(standing.map(({ plan }) => plan).reverse())];
  const ordered = [
    ...plans.filter((plan) => !ASIDE.includes(plan)),
    ...plans.filter((plan) => ASIDE.includes(plan)),
  ];
  for (const plan of ordered) {
    const found = cutOffRun(plan, standing);
    if (!found || (found.begun.size === 0 && !found.crossed)) continue;
    const ofRun = standing.filter(({ run }) => run === found.run);
    const step = ofRun.findLast(({ event }) => event === "step begun")?.step;
    return { plan, step, at: ofRun.at(-1)?.at ?? "" };
  }
  return undefined;
}

/**
 * Where a relocation stands, from what its databases say. Pure.
 *
 * @param completedAt when the way back has ended, as the proof says
 */
export function workloadStanding(
  databases: readonly Pick<DatabaseStatus, "name" | "strategy" | "active" | "source" | "target">[],
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
    case "source": {
      const joining = databases.filter((database) => !isReplica(database));
      if (!isJoined(joining)) return { ...REPLICATING, ...INCOMPLETE };
      return hasLostSlot(joining) ? { ...REPLICATING, ...GIVEN_UP } : REPLICATING;
    }
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

/** Rows go both ways, or, with a server that cannot have both at once, to the closed side: what a switch relies on. */
const isJoined = (databases: readonly Pick<DatabaseStatus, "active" | "source" | "target">[]): boolean =>
  databases.every((database) => {
    const versions = SIDES.flatMap((side) => {
      const status = database[side];
      return status.reachable ? [status.version] : [];
    });
    return SIDES.filter((side) => side !== database.active || filterOrigin(versions)).every((side) => {
      const status = database[side];
      return !status.reachable || status.subscription !== undefined;
    });
  });

/** A physical replica has everything without a subscription, until the cutover joins it. */
const isReplica = ({
  strategy,
  source,
  target,
}: Pick<DatabaseStatus, "strategy" | "source" | "target">): boolean =>
  strategy === "physical" &&
  [source, target].every((side) => side.reachable && side.subscription === undefined);

/** What `watch` has dropped, or the server has given up: rows written since then have no way to the target. */
const hasLostSlot = (databases: readonly Pick<DatabaseStatus, "source">[]): boolean =>
  databases.some(
    ({ source }) =>
      source.reachable &&
      !source.slots.some(({ name, walStatus }) => name.startsWith(TO_TARGET) && walStatus !== "lost"),
  );

const TO_TARGET = `${subscriptionName("target")}_`;

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
  meaning: "the source is the writer, and replication is not whole",
  next: "start",
} as const;

const GIVEN_UP = {
  meaning:
    "the source is the writer, and its log for the target is given up (dropped by relocate watch, or lost): rows do not go " +
    "to the target any more; abort, then start anew",
  next: "abort",
} as const;

const SWITCHED: WorkloadStanding = {
  phase: "switched",
  meaning: "the target is the writer, and rows go back to the source",
  wayBack: "relocate rollback, without losing a write, until relocate complete",
  next: "complete",
};

const COMPLETING = {
  meaning: "the target is the writer, and replication is not whole",
  wayBack: "none without losing what was written since replication back ended",
} as const;

const completed = (at: string): WorkloadStanding => ({
  phase: "completed",
  meaning: `the way back has ended at ${at}; the target is on its own`,
  wayBack: "none",
});
