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
  /**
   * Asks the world whether the step's effect already stands; then it is not run again.
   * For the point of no return `true` and `false` must both be proof: throw when the world cannot be asked.
   * @default - `run` is safe and cheap to repeat, and always runs
   */
  check?(context: StepContext): Promise<boolean>;
  run(context: StepContext): Promise<void>;
  /**
   * What `run` would do now, for `--dry-run`: each action as its SQL statement or API call, with the side or region it
   * goes to. Only reads, and never a secret.
   * @default - `run` itself only reads
   */
  actions?(context: StepContext): Promise<readonly string[]>;
  /**
   * Proves the effect; throws with what was found and what was expected.
   * @default - what `run` was answered is the proof
   */
  verify?(context: StepContext): Promise<void>;
  /**
   * Takes the effect back; must be safe when the step never ran, and is repeated until it succeeds or time is up.
   * For the point of no return: makes sure that its effect cannot happen any more, and throws when it already has.
   * @default - nothing to take back
   */
  undo?(context: StepContext): Promise<void>;
  /** Limit for check, run and verify together, and again for undo, in milliseconds. */
  readonly timeout: number;
}

/** A list of steps with the point after which only the opposite plan leads back. */
export interface Plan {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Id of the step that, once its effect stands, is never undone, nor anything before it. @default - every step can be undone */
  readonly pointOfNoReturn?: string;
  /** Lets go of what the steps hold in this process, such as connections. Changes nothing outside. @default - they hold nothing */
  release?(): Promise<void>;
}

/** How a step ended. */
export type StepState = "done" | "undone" | "failed" | "not reached";
