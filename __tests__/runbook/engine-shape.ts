import type { JournalEntry } from "../../runbook/journal";

/** Which parts a step has; each has `run`. */
export interface StepShape {
  readonly check: boolean;
  readonly verify: boolean;
  readonly undo: boolean;
}

/** Two plans that are the opposite of each other: `there` sets each step's value to 1, `back` to 0. */
export interface Shape {
  readonly steps: readonly StepShape[];
  /** Index of the point of no return. @default - every step can be undone */
  readonly point?: number;
}

/** What a plan leaves behind. */
export interface Left {
  readonly values: readonly number[];
  readonly entries: readonly JournalEntry[];
}

/** Id of a step, by its place. */
export const idOf = (index: number): string => `step ${index}`;
