import type { Side } from "../runbook/side";
import type { Acknowledgement } from "./load/ledger";
import { some } from "./verdict";

/** A time in which tasks of a worker or a schedule were at work on a side, in milliseconds since 1970. */
export interface Shift {
  /** Of the worker or the schedule. */
  readonly name: string;
  readonly side: Side;
  readonly from: number;
  readonly until: number;
}

/** What workers and schedules did in a run. */
export interface WorkEvidence {
  /** Names of the databases whose orders a worker ships. */
  readonly shippedFrom: readonly string[];
  /** What the workers said they shipped, all tasks together. */
  readonly shipped: readonly { readonly database: string; readonly key: string }[];
  readonly shifts: readonly Shift[];
}

interface WorkVerdict {
  readonly counts: {
    readonly jobsDone: number;
    readonly jobsDoneTwice: number;
    readonly jobsLost: number;
  };
  readonly faults: readonly string[];
}

/** Judges what ran in the background: no job twice, none left undone, never on both sides at once (B6). */
export function judgeWork(
  { shippedFrom, shipped, shifts }: WorkEvidence,
  ledger: readonly Acknowledgement[],
): WorkVerdict {
  const times = new Map<string, number>();
  for (const one of shipped) times.set(nameOf(one), (times.get(nameOf(one)) ?? 0) + 1);
  const twice = [...times].filter(([, count]) => count > 1).map(([name]) => name);
  const lost = ledger
    .filter((entry) => shippedFrom.includes(entry.database) && !times.has(nameOf(entry)))
    .map(nameOf);
  return {
    counts: { jobsDone: times.size, jobsDoneTwice: twice.length, jobsLost: lost.length },
    faults: [
      ...(twice.length > 0 ? [`done twice: ${some(twice, "jobs")}`] : []),
      ...(lost.length > 0 ? [`never done: ${some(lost, "jobs")}, whose orders were acknowledged`] : []),
      ...[...new Set(shifts.filter((shift) => hasTwin(shift, shifts)).map(({ name }) => name))].map(
        (name) => `${name} was at work on both sides at once`,
      ),
    ],
  };
}

const nameOf = ({ database, key }: { readonly database: string; readonly key: string }) =>
  `${database}/${key}`;

const hasTwin = (one: Shift, shifts: readonly Shift[]) =>
  shifts.some(
    (other) =>
      other.name === one.name && other.side !== one.side && other.from < one.until && one.from < other.until,
  );
