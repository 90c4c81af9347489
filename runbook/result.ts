import type { StepState } from "./step";

/** What was observed: numbers with their unit in the key, such as `lagMs`. */
export type Observations = Readonly<Record<string, string | number | boolean>>;

/** How one step ended. */
export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** Its effect stood before this run came to it. */
  readonly already: boolean;
  /** Milliseconds since the epoch. @default - not begun in this run */
  readonly startedAt?: number;
  /** Time of check, run and verify together, in milliseconds. */
  readonly durationMs: number;
  readonly observations: Observations;
  /** Why it failed, or why it could not be undone. */
  readonly error?: string;
}

/**
 * How a plan ended: `done`; `undone`: what was begun has been taken back; `stopped`: neither, and the same command
 * goes on from there.
 */
export type Outcome = "done" | "undone" | "stopped";

/** How a plan ended, and each of its steps, in order. */
export interface PlanResult {
  readonly plan: string;
  readonly title: string;
  readonly outcome: Outcome;
  /** An earlier run that was cut off was taken up again. */
  readonly resumed: boolean;
  /** The point of no return was crossed, in this run or before it. */
  readonly crossed: boolean;
  readonly steps: readonly StepResult[];
  /** What went wrong first. @default - nothing did */
  readonly cause?: string;
  /** What stands now and what to do next, for the operator. */
  readonly stands: string;
  /** What went wrong beside the plan, such as a journal that could not be written any more; it changed nothing. */
  readonly warnings: readonly string[];
}

/** One line of progress; `observed`: of a step that is under way, at most once a second. */
export interface PlanProgress {
  readonly plan: string;
  readonly step: string;
  readonly title: string;
  readonly event:
    "begun" | "observed" | "done" | "already done" | "failed" | "undone" | "not undone" | "crossed";
  /** @default - it is not over */
  readonly durationMs?: number;
  readonly observations?: Observations;
  readonly error?: string;
}
