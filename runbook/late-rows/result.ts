/** Late rows of one table, by what became of them on the source since the snapshot. */
export interface LateTable {
  /** Quoted and qualified. */
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Left alone, as the target has written them too, or could not take them. */
  readonly conflicts: number;
}

/** A row that is left alone on the target. */
export interface LateConflict {
  readonly table: string;
  /** A condition for SQL, such as `id = '17'`. Holds data of the row. */
  readonly key: string;
  readonly why: string;
}

/** What was written on the source of one database after its snapshot. */
export interface LateRows {
  readonly database: string;
  readonly acceptedLossMinutes: number;
  /** Between the first and the last write that the target lacks. */
  readonly minutes: number;
  /** ISO 8601, UTC. @default - nothing is late */
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly tables: readonly LateTable[];
  /** Some of them: the tables say how many there are. */
  readonly conflicts: readonly LateConflict[];
  /** What cannot be told, each with what to do. */
  readonly faults: readonly string[];
}

/** Rows that would be, or were, brought to the target. */
export const lateCount = ({ tables }: LateRows): number =>
  tables.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);

/** Rows that are left alone. */
export const conflictCount = ({ tables }: LateRows): number =>
  tables.reduce((sum, { conflicts }) => sum + conflicts, 0);

/** More is lost, as long as nothing is replayed, than the workload accepts; or that cannot be told. */
export const isBeyondAccepted = ({ minutes, acceptedLossMinutes, faults }: LateRows): boolean =>
  minutes > acceptedLossMinutes || faults.length > 0;
