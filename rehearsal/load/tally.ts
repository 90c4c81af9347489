/** How many of each kind, such as `{ "503": 12, "connection lost": 1 }`. */
export type Counts = Readonly<Record<string, number>>;

/** Time from a request's due time to its good answer, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What the clients saw. */
export interface LoadSummary {
  readonly reads: number;
  readonly writes: number;
  readonly acknowledged: number;
  /** Answers to writes that were failures, by kind; each was tried again. */
  readonly failedWrites: Counts;
  /** The same for each database that had any. */
  readonly failedWritesOf: Readonly<Record<string, Counts>>;
  /** Tries beyond the first. */
  readonly retriedWrites: number;
  /** Writes given up without an acknowledgement; the database may hold them or not. */
  readonly unacknowledged: number;
  /** Failed reads by kind; reads are never tried again. */
  readonly failedReads: Counts;
  /** The first failures of each kind, for a human. */
  readonly samples: readonly string[];
  readonly readLatency: Latency;
  readonly writeLatency: Latency;
}

const SAMPLES_PER_KIND = 3;

/** Counts while the load runs. */
export interface Tally {
  read(latencyMs: number): void;
  readFailed(kind: string, detail: string): void;
  /** A write that is due, before its first try. */
  write(): void;
  acknowledged(latencyMs: number): void;
  writeFailed(database: string, kind: string, detail: string): void;
  retried(): void;
  gaveUp(): void;
  summary(): LoadSummary;
}

export function startTally(): Tally {
  const count = { reads: 0, writes: 0, acknowledged: 0, retriedWrites: 0, unacknowledged: 0 };
  const failedReads: Record<string, number> = {};
  const failedWrites: Record<string, number> = {};
  const failedWritesOf: Record<string, Record<string, number>> = {};
  const samples: string[] = [];
  const readTimes: number[] = [];
  const writeTimes: number[] = [];
  const fail = (counts: Record<string, number>, what: string, kind: string, detail: string) => {
    const seen = (counts[kind] = (counts[kind] ?? 0) + 1);
    if (seen <= SAMPLES_PER_KIND) samples.push(`${what} failed: ${kind}: ${detail}`);
  };
  return {
    read(latencyMs) {
      count.reads += 1;
      readTimes.push(latencyMs);
    },
    readFailed(kind, detail) {
      count.reads += 1;
      fail(failedReads, "read", kind, detail);
    },
    write: () => void (count.writes += 1),
    acknowledged(latencyMs) {
      count.acknowledged += 1;
      writeTimes.push(latencyMs);
    },
    writeFailed(database, kind, detail) {
      const own = (failedWritesOf[database] ??= {});
      own[kind] = (own[kind] ?? 0) + 1;
      fail(failedWrites, "write", kind, detail);
    },
    retried: () => void (count.retriedWrites += 1),
    gaveUp: () => void (count.unacknowledged += 1),
    summary: () => ({
      ...count,
      failedReads: { ...failedReads },
      failedWrites: { ...failedWrites },
      failedWritesOf: structuredClone(failedWritesOf),
      samples: [...samples],
      readLatency: latencyOf(readTimes),
      writeLatency: latencyOf(writeTimes),
    }),
  };
}

/** Percentiles by nearest rank; zeros when nothing was measured. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const rank = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
}

/** All kinds together. */
export const total = (counts: Counts): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
