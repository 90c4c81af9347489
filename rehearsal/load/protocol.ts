import type { LoadSummary } from "./tally";

/** What the clients are told to send. */
export interface LoadPlan {
  /** Base addresses of the points of presence. */
  readonly urls: readonly string[];
  /** Names of the databases that are written and read, in turn. */
  readonly databases: readonly string[];
  /** Requests per second, reads and writes together. */
  readonly rate: number;
  /** Share of the requests that write, 0 to 1. */
  readonly writeShare: number;
  readonly seed: number;
  /** File that takes the ledger. */
  readonly ledger: string;
}

/** From this process to the client process. */
export type LoadOrder = { readonly order: "start"; readonly plan: LoadPlan } | { readonly order: "stop" };

/** From the client process to this one. */
export type LoadNews =
  | { readonly news: "started" }
  /** Four times a second. */
  | { readonly news: "counts"; readonly summary: LoadSummary }
  | { readonly news: "stopped"; readonly summary: LoadSummary };
