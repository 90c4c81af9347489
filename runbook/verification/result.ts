import type { Side } from "../side";

/** A row that is not the same on both sides. */
export interface RowDifference {
  /** Which row, as a condition for SQL, such as `id = '17'`; a digest where the table has no key. Holds data of the row. */
  readonly key: string;
  /** As seen from the source, whichever side is active. */
  readonly kind: "missing on the target" | "extra on the target" | "different";
}

/**
 * `equal`; `different`: at least one row differs for certain; `unsettled`: nothing is known to differ, but some rows were
 * written all the while, so that nothing can be said of them.
 */
export type Verdict = "equal" | "different" | "unsettled";

/** How one table compares. A partition counts as a table; a partitioned table is its partitions. */
export interface TableVerification {
  /** Quoted and qualified. */
  readonly table: string;
  readonly verdict: Verdict;
  /** Rows that were read; while writes go on the sides differ by what is under way. */
  readonly rows: Readonly<Record<Side, number>>;
  /** Statements that were compared. */
  readonly chunks: number;
  /** Rows that differ, some of them: `more` says whether there may be others. */
  readonly differences: readonly RowDifference[];
  readonly more: boolean;
  /** Rows that were written all the while, as conditions for SQL; some of them. */
  readonly unsettled: readonly string[];
  /** Why the table could not be compared by rows: it is missing on a side, or its columns differ. @default - it could */
  readonly fault?: string;
  /** What the servers had counted of the table's writes when reading began, for what is compared next. */
  readonly activity?: Activity;
  /** Milliseconds that reading it took, without pauses. */
  readonly readMs: number;
}

/** What each server had counted of a table's writes: equal texts mean that none has been counted in between. */
export type Activity = Readonly<Record<Side, string>>;

/** How one database compares. */
export interface Verification {
  readonly database: string;
  readonly verdict: Verdict;
  readonly tables: readonly TableVerification[];
  /** Rows of the source that were read. */
  readonly rows: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/**
 * How far a verification has come: a plain value, to be kept as JSON and given to the next call, which goes on from
 * there.
 */
export interface VerificationState {
  readonly version: 1;
  readonly database: string;
  readonly startedAt: string;
  readonly done: readonly TableVerification[];
  /** The table that is being read. @default - between two tables */
  readonly current?: TableState;
}

/** How far a table has been read. */
export interface TableState {
  readonly found: Omit<TableVerification, "verdict">;
  /** How it is read: other columns or another key, and it begins anew. */
  readonly shape: string;
  /** The last key that was compared. @default - none was */
  readonly after?: readonly string[];
  /** Blocks that were read of a table that cannot be read in order of its key, and the sums of what was in them. */
  readonly blocks?: Readonly<Record<Side, BlockState>>;
}

/** How far one side has been read block by block. */
export interface BlockState {
  readonly next: number;
  /** By group: `rows xor sum`. */
  readonly sums: Readonly<Record<string, string>>;
}

/** How a verification comes along. */
export interface VerificationProgress {
  readonly database: string;
  /** The table that is being read. */
  readonly table: string;
  readonly tablesDone: number;
  readonly tables: number;
  /** Rows of the source that were read, all tables, by this call and those before it. */
  readonly rows: number;
  /** What the servers estimate of all rows; 0 where they never counted. */
  readonly estimatedRows: number;
  /** 0 to 100, by that estimate. */
  readonly percent: number;
  /** Of this call, pauses included. */
  readonly rowsPerSecond: number;
  /** @default - nothing was read yet by which to tell */
  readonly remainingMs?: number;
  /** All that is needed to go on from here. */
  readonly state: VerificationState;
}

/** How to verify. */
export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** Where an earlier call was cut off. @default - from the beginning */
  readonly state?: VerificationState;
  /** An earlier result: tables that were not written since are not read again. @default - all are read */
  readonly since?: Verification;
  /**
   * Share of the time in which the servers are kept busy, above 0 and up to 1: after each chunk it rests.
   *
   * @default 1, without rests
   */
  readonly share?: number;
  /** Quoted and qualified names. @default - all tables */
  readonly tables?: readonly string[];
  /** Told after each chunk; the next one waits for what it returns, such as the state's way to the disk. */
  readonly onProgress?: (progress: VerificationProgress) => void | Promise<void>;
}

/** Rows differ for certain, or else some are unsettled, or else all is equal. */
export function verdictOf(found: Omit<TableVerification, "verdict">): Verdict {
  if (found.fault !== undefined || found.differences.length > 0 || found.more) return "different";
  return found.unsettled.length > 0 ? "unsettled" : "equal";
}

/** The worst of several. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("different")) return "different";
  return verdicts.includes("unsettled") ? "unsettled" : "equal";
}
