import type { ClientConfig } from "pg";
import type { Side } from "./side";

/** Everything outside the runbook that it acts on: AWS in production, the local world in a rehearsal. */
export interface World {
  readonly databases: readonly DatabasePair[];
  /** @default - the workload has no edge that is managed here */
  readonly edge?: EdgeSwitch;
  /** @default - nothing waits for the proof that the way back has ended */
  readonly completion?: CompletionProof;
}

/** Where it is written down, outside of journal and databases, that the way back has ended: retiring the source asks it. */
export interface CompletionProof {
  /** What was written, as JSON with `completedAt`, or the text it began with. */
  read(): Promise<string>;
  /** Writes it down; idempotent. */
  write(proof: string): Promise<void>;
}

/** A source database and its target twin. */
export interface DatabasePair {
  /** The name the workload gives it, such as `orders`. */
  readonly name: string;
  /** Name of the database inside the server. */
  readonly databaseName: string;
  /** Roles whose writes the fence must stop. */
  readonly applicationRoles: readonly string[];
  /** How the runbook itself connects, as the operator role. Resolved anew at each call: secrets rotate. */
  operator(side: Side): Promise<ClientConfig>;
  /** libpq connection string by which `subscriber`'s server reaches the other side's. Holds a password: never print it. */
  conninfo(subscriber: Side): Promise<string>;
  /** Password of an application role, the same on both sides. Never print it. */
  applicationPassword(role: string): Promise<string>;
}

/** The edge switch: which region's application answers. Never a fence: it converges point by point. */
export interface EdgeSwitch {
  /** The side that the store names now. */
  current(): Promise<Side>;
  /** Names another side; idempotent. Returns when the store has accepted it, long before every point sees it. */
  point(side: Side): Promise<void>;
  /** Asks every vantage point what it believes now. */
  probe(): Promise<readonly Sighting[]>;
}

/** What one vantage point saw. */
export interface Sighting {
  readonly vantagePoint: string;
  /** @default - it did not answer */
  readonly side?: Side;
}
