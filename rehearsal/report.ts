import { overload, type Delay } from "./keeping-up";
import { total, type Counts, type LoadSummary } from "./load/tally";
import type { ProgressStyle } from "./progress";
import type { DatabaseVerdict } from "./database-verdict";
import type { SwitchFelt, Verdict } from "./verdict";

/** The result of a rehearsal, as `--json` prints it. Fields may be added; none changes its meaning within a major version. */
export interface Report {
  /** Nothing lost, duplicated, failed to read or left different, and every part of the course was done. */
  readonly ok: boolean;
  /** Writes that the application confirmed. */
  readonly acknowledged: number;
  /** Null when the run broke off before it could be checked. */
  readonly lost: number | null;
  /** Null when the run broke off before it could be checked. */
  readonly duplicated: number | null;
  readonly failedReads: number;
  readonly failedReadsByKind: Counts;
  /** Failed tries of writes; each was tried again with the same idempotency key. */
  readonly failedWrites: number;
  readonly failedWritesByKind: Counts;
  /** Writes given up without an acknowledgement. */
  readonly unacknowledged: number;
  /** What each database felt, with the way its writer is found. Empty when the run broke off before it could be checked. */
  readonly databases: readonly DatabaseVerdict[];
  /** Orders that workers shipped; those shipped twice and never. Null when the run broke off before it could be checked. */
  readonly jobsDone: number | null;
  readonly jobsDoneTwice: number | null;
  readonly jobsLost: number | null;
  readonly switches: readonly SwitchFelt[];
  /** Rows compared between the sides at the end, all tables. */
  readonly rowsCompared: number;
  /** What went wrong, the first cause first. */
  readonly faults: readonly string[];
  /** @default - the clients never ran */
  readonly load?: LoadSummary;
  /** Whether the machine kept up, in milliseconds. @default - the clients never ran */
  readonly delay?: Delay;
}

/** What a run has found so far. */
export interface Findings {
  /** @default - the run did not get as far */
  verdict?: Verdict;
  /** @default - the clients never ran */
  load?: LoadSummary;
  /** @default - the clients never ran */
  delay?: Delay;
  rowsCompared: number;
  /** What broke the course off. @default - it came to its end */
  failure?: string;
}

/** Puts together what was found, whether the run came to its end or not. */
export function report({ verdict, load, delay, rowsCompared, failure }: Findings): Report {
  const found = [...(failure === undefined ? [] : [failure]), ...(verdict?.faults ?? [])];
  const slow = delay && overload(delay);
  // A slow machine explains failed requests. It never explains a lost or a doubled write or job.
  const grave = [verdict?.lost, verdict?.duplicated, verdict?.jobsLost, verdict?.jobsDoneTwice];
  const isExplained = found.length > 0 && !grave.some(Boolean);
  const faults = slow !== undefined && isExplained ? [slow, ...found] : found;
  return {
    ok: verdict !== undefined && faults.length === 0,
    acknowledged: verdict?.acknowledged ?? load?.acknowledged ?? 0,
    lost: verdict?.lost ?? null,
    duplicated: verdict?.duplicated ?? null,
    failedReads: total(load?.failedReads ?? {}),
    failedReadsByKind: load?.failedReads ?? {},
    failedWrites: total(load?.failedWrites ?? {}),
    failedWritesByKind: load?.failedWrites ?? {},
    unacknowledged: load?.unacknowledged ?? 0,
    databases: verdict?.databases ?? [],
    jobsDone: verdict?.jobsDone ?? null,
    jobsDoneTwice: verdict?.jobsDoneTwice ?? null,
    jobsLost: verdict?.jobsLost ?? null,
    switches: verdict?.switches ?? [],
    rowsCompared,
    faults,
    load,
    delay,
  };
}

/** The report for humans. */
export function describeReport(it: Report, style: ProgressStyle): string {
  const lines: [string, string][] = [
    ["acknowledged writes", String(it.acknowledged)],
    ["lost", mark(it.lost, style)],
    ["duplicated", mark(it.duplicated, style)],
    ["failed reads", withKinds(mark(it.failedReads, style), it.failedReadsByKind)],
    ["failed writes, retried", withKinds(String(it.failedWrites), it.failedWritesByKind)],
    ["writes given up", mark(it.unacknowledged, style)],
    ...it.switches.map((one): [string, string] => [
      `${one.from} to ${one.to}`,
      `hold ${one.holdMs ?? "-"} ms, edge converged over ${(one.convergenceMs / 1000).toFixed(1)} s`,
    ]),
    ["rows compared, both sides", String(it.rowsCompared)],
  ];
  if (it.jobsDone || it.jobsLost) {
    const jobs = `${it.jobsDone}, twice ${mark(it.jobsDoneTwice, style)}, never ${mark(it.jobsLost, style)}`;
    lines.push(["jobs done", jobs]);
  }
  if (it.load) {
    lines.push(
      ["reads, ms", percentiles(it.load.readLatency)],
      ["writes, ms", percentiles(it.load.writeLatency)],
    );
  }
  const width = Math.max(...lines.map(([name]) => name.length));
  const table = [
    ...lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...(it.databases.length > 0 ? ["", ...databaseTable(it.databases, style)] : []),
  ];
  const [first, ...rest] = it.faults;
  if (first === undefined) return [...table, "", style.good("ok")].join("\n");
  const others = rest.length > 0 ? ["", "Also:", ...rest.map((fault) => `  ${indent(fault)}`)] : [];
  return [...table, "", style.bad("FAILED, first cause:"), `  ${indent(first)}`, ...others].join("\n");
}

const HEAD = ["database", "writer found by", "written", "lost", "twice", "failed, retried", "holds, ms"];

function databaseTable(databases: readonly DatabaseVerdict[], style: ProgressStyle): string[] {
  const rows = databases.map(({ name, discovery, acknowledged, lost, duplicated, failedWrites, holdsMs }) => [
    ...[name, discovery, String(acknowledged), mark(lost, style), mark(duplicated, style)],
    ...[String(failedWrites), holdsMs.map((hold) => hold ?? "-").join(", ")],
  ]);
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}

function mark(count: number | null, style: ProgressStyle): string {
  if (count === null) return "not checked";
  return count === 0 ? "0" : style.bad(String(count));
}
const withKinds = (text: string, counts: Counts) => {
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind}: ${count}`);
  return kinds.length > 0 ? `${text} (${kinds.join(", ")})` : text;
};
const percentiles = ({ p50, p95, p99, max }: LoadSummary["readLatency"]) =>
  `p50 ${p50}, p95 ${p95}, p99 ${p99}, longest ${max}`;
const indent = (text: string) => text.replaceAll("\n", "\n  ");
