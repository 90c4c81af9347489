import type { ClientConfig } from "pg";
import type { BucketPair } from "./bucket-pair";
import type { Side } from "./side";
import type { WebService } from "./web-service";

/** Everything outside the runbook that it acts on: AWS in production, the local world in a rehearsal. */
export interface World {
  readonly databases: readonly DatabasePair[];
  /** Databases whose target is restored from a snapshot of the source. @default - none */
  readonly snapshots?: readonly SnapshotPair[];
  /** @default - the workload has no edge that is managed here */
  readonly edge?: Edge;
  /** Workers and schedules. @default - nothing runs by itself */
  readonly jobs?: readonly JobGate[];
  /** They carry all visitors on either side. @default - nothing that is managed here answers any */
  readonly services?: readonly WebService[];
  /** @default - the workload keeps no objects that are replicated */
  readonly buckets?: readonly BucketPair[];
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
  readonly strategy: Strategy;
  /** How applications find the writer. */
  readonly endpoint: WriterEndpoint;
  /** Roles whose writes the fence must stop. */
  readonly applicationRoles: readonly string[];
  /**
   * The fence takes the application's roles the right to log in, too: for roles that own their tables, and so could turn a
   * gate off. It holds for the whole server, and not for `host-list`. @default false
   */
  readonly strictFence?: boolean;
  /** How the runbook itself connects, as the operator role. Resolved anew at each call: secrets rotate. */
  operator(side: Side): Promise<ClientConfig>;
  /** libpq connection string by which `subscriber`'s server reaches the other side's. Holds a password: never print it. */
  conninfo(subscriber: Side): Promise<string>;
  /** Password of an application role, the same on both sides. Never print it. */
  applicationPassword(role: string): Promise<string>;
  /**
   * Makes the target, a physical replica of the source, a primary; idempotent, and there is no way back. May return
   * before it is one. For strategies `physical` and `seeded`.
   *
   * @default - `pg_promote()` on the target, which the operator must be granted
   */
  promote?(signal: AbortSignal): Promise<void>;
}

/**
 * A source database whose target is restored from a snapshot of it. The runbook does not switch it: it records what is
 * written, and brings what the snapshot lacks to the target.
 */
export interface SnapshotPair extends Pick<
  DatabasePair,
  "name" | "databaseName" | "applicationRoles" | "operator"
> {
  /** How many minutes of acknowledged writes may be lost, as the workload says. */
  readonly acceptedLossMinutes: number;
}

/** Strategies the runbook carries out in PostgreSQL itself. */
export type Strategy = "logical" | "physical" | "seeded";

/** How applications find the writer of a database. */
export type WriterEndpoint =
  | { readonly kind: "host-list" }
  | { readonly kind: "pooler"; readonly poolers: Poolers }
  /** `name` converges like the edge: resolvers keep what they were told for its TTL. */
  | { readonly kind: "cname"; readonly name: Pointer };

/**
 * Something that names the active side: the edge (which region's application answers) or a private name of the writer.
 * Never a fence: it converges point by point.
 */
export interface Pointer {
  /** The side that it names now, where it is kept. */
  current(): Promise<Side>;
  /** Names another side; idempotent. Returns when that is accepted, long before every point sees it. */
  point(side: Side): Promise<void>;
  /** Asks every vantage point what it believes now. */
  probe(): Promise<readonly Sighting[]>;
  /** Measures for how long vantage points may go on believing what they were told before. @default - it cannot be measured */
  readonly delay?: (signal: AbortSignal) => Promise<PointerDelay>;
}

/** Where visitors come in. */
export interface Edge extends Pointer {
  /** @default - nothing: what it keeps ends by itself */
  readonly forgetting?: Forgetting;
}

/** What an edge is to forget of the side that is left, such as pages that name its hosts. */
export interface Forgetting {
  /** Patterns of the paths, such as `/*`. */
  readonly paths: readonly string[];
  /**
   * Returns when every point has forgotten them. Asked again by the same run, it begins nothing anew.
   *
   * @param onChange told what is waited for
   * @returns what CloudFront calls it
   */
  forget(signal: AbortSignal, onChange: (seen: string) => void): Promise<string>;
}

/** What was measured of a pointer. */
export interface PointerDelay {
  /** Longest time for which a vantage point keeps what it was told, in milliseconds. @default - none answered */
  readonly keptMs?: number;
  /** The slowest answer, in milliseconds. */
  readonly answerMs: number;
  /** Questions that were asked. */
  readonly asked: number;
}

/** The poolers of one database, every instance in both regions. */
export interface Poolers {
  /** What would make a switch through them fail, each with its fix; empty when nothing would. Changes nothing. */
  preflight(signal: AbortSignal): Promise<readonly string[]>;
  /** Has every instance keep the configuration that names a side, not yet in effect; idempotent. Returns when each has it. */
  stage(side: Side, signal: AbortSignal): Promise<void>;
  /** Finds every instance, and opens the connections that the hold needs: in it there is no time for either. */
  warm(signal: AbortSignal): Promise<void>;
  /**
   * Holds new statements on every instance and returns when none is in flight. Statements wait, none fails.
   *
   * @param patience for those in flight, in milliseconds
   * @throws Error that names who keeps it waiting; then some may be held: `release` lets them go on
   */
  pause(patience: number, signal: AbortSignal): Promise<void>;
  /**
   * Lets statements go on, to a side: on instances where it is not in effect, what is staged is taken into effect before.
   * Idempotent, also where nothing is paused.
   */
  release(side: Side, signal: AbortSignal): Promise<void>;
  /** Asks every instance, found anew. */
  probe(signal: AbortSignal): Promise<readonly PoolerSighting[]>;
  /** Ends every connection. Changes nothing. */
  close(): Promise<void>;
}

/** What one pooler instance says of itself. */
export interface PoolerSighting extends Sighting {
  readonly paused: boolean;
}

/** A worker or a schedule: what runs by itself, and on one side only. */
export interface JobGate {
  readonly name: string;
  readonly kind: "worker" | "schedule";
  /** Sides on which it is managed here; on another, whoever manages it there turns it on and off. */
  readonly sides: readonly Side[];
  isOn(side: Side, signal: AbortSignal): Promise<boolean>;
  /** Nothing new begins from here on; what is at work may end. Idempotent. */
  turnOff(side: Side, signal: AbortSignal): Promise<void>;
  /** What is still at work, such as task ARNs; empty when idle. */
  atWork(side: Side, signal: AbortSignal): Promise<readonly string[]>;
  /** Idempotent. */
  turnOn(side: Side, signal: AbortSignal): Promise<void>;
}

/** What one vantage point saw. */
export interface Sighting {
  readonly vantagePoint: string;
  /** @default - it did not answer */
  readonly side?: Side;
}
