import type { Observations, Outcome } from "./result";
import { spanInWords } from "./time-in-words";

/** How a plan stands, for those who wait for it. */
export interface Status {
  /** Name of the workload. */
  readonly workload: string;
  /** Of the plan. */
  readonly title: string;
  readonly phase: StatusPhase;
  /** Since the plan was begun. */
  readonly elapsedMs: number;
  /** The step that is under way, or was last. @default - none was begun */
  readonly step?: { readonly title: string; readonly number: number; readonly of: number };
  /** @default - nothing was observed */
  readonly observations?: Observations;
  /** What went wrong. @default - nothing did */
  readonly error?: string;
  /** What stands, at the end. */
  readonly stands?: string;
}

/** What stakeholders are told apart. */
export type StatusPhase =
  "under way" | "in trouble" | "being taken back" | "past the point of no return" | Outcome;

/** One line for people. */
export function statusText(status: Status): string {
  const { workload, title, phase, elapsedMs, step, observations = {}, error, stands } = status;
  const seen = Object.entries(observations).map(([key, value]) => `${key} ${value}`);
  const where = step && `step ${step.number} of ${step.of}: ${step.title}`;
  return [
    `${workload}: ${title}: ${phase} after ${spanInWords(elapsedMs)}`,
    where && [where, seen.length > 0 ? ` (${seen.join(", ")})` : ""].join(""),
    error,
    stands,
  ]
    .filter(Boolean)
    .join("; ")
    .replace(/\s*\n\s*/g, ", ");
}
