/** What a step is given: everything else it needs is in its closure. */
export interface StepContext {
  /** Aborted at the step's timeout, at Ctrl-C and when the engine gives up. */
  readonly signal: AbortSignal;
  /** Notes what was observed, for the journal and the progress line. Never a secret. */
  observe(key: string, value: string | number | boolean): void;
}

/** One idempotent step of a plan: a value, not a class. */
export interface Step {
  /** Stable; part of the journal's format. */
  readonly id: string;
  readonly title: string;
  /** Asks the world whether the step's effect already stands. */
  check(context: StepContext): Promise<boolean>;
  run(context: StepContext): Promise<void>;
  /** Proves the effect; throws with what was found and what was expected. */
  verify(context: StepContext): Promise<void>;
  /** Takes the effect back; must be safe when the step never ran. @default - nothing to take back */
  undo?(context: StepContext): Promise<void>;
  /** Limit for check, run and verify together, in milliseconds. */
  readonly timeout: number;
}

/** A list of steps with the point after which only the opposite plan leads back. */
export interface Plan {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Id of the step that, once begun, is never undone, nor anything before it. @default - every step can be undone */
  readonly pointOfNoReturn?: string;
}

/** How a step ended. */
export type StepState = "done" | "undone" | "failed" | "not reached";
