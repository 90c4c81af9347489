import type { PlanProgress, PlanResult } from "./result";
import type { Plan } from "./step";

/** Where status updates go. */
export interface StatusChannels {
  /** Is sent a POST with JSON `{ text, ... }`, as chat services take it. Its address may hold a token: never print it. */
  readonly webhook?: URL;
  /** One line for each update is added to it. */
  readonly file?: string;
}

/** How updates are sent. */
export interface StatusSettings extends StatusChannels {
  /** Name of the workload. */
  readonly workload: string;
  /** Between two updates while nothing changes, in milliseconds. */
  readonly everyMs: number;
}

/** Tells stakeholders how a plan goes on. Nothing it does disturbs the plan, or fails. */
export interface StatusUpdates {
  /** To be called with each line of progress; returns at once. */
  onProgress(progress: PlanProgress): void;
  /**
   * Tells how the plan ended, and returns when that has been sent or given up.
   *
   * @param result @default - it ended without one: nothing more is told
   * @returns what could not be sent, each channel once, without its address's secret part
   */
  end(result?: PlanResult): Promise<readonly string[]>;
}

/** Begins to tell about a plan. */
export function statusUpdates(_plan: Plan, _settings: StatusSettings): StatusUpdates {
  return { onProgress: () => undefined, end: () => Promise.resolve([]) };
}

/** Reads a webhook's address. @throws Error that does not repeat it, since it may hold a token */
export function parseWebhook(address: string): URL {
  return new URL(address);
}
