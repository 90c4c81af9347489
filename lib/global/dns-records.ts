import * as fs from "node:fs";
import type { Phase } from "../manifest";
import { LOWERED_TTL_SECONDS, type RecordSet } from "./dns-record";

/** A record as the file in the repository tells it (B11). */
export interface PlannedRecord extends Omit<RecordSet, "ttlSeconds"> {
  /** @default - an alias: Route 53 answers with the TTL of what it leads to, 60 seconds */
  readonly ttlSeconds?: number;
  /** The phase that makes it, or after which it is made by hand. */
  readonly phase: Phase;
  readonly madeBy: "terraform" | "hand";
  /** What it is for, and what changes it, such as `the public name; the cutover changes who answers behind it`. */
  readonly note: string;
  /** Whether its TTL is brought down before the cutover (B1). @default false */
  readonly lowered?: boolean;
}

/** A record that Terraform cannot make, as a stack's output tells it (D5). */
export interface RecordByHand extends RecordSet {
  /** The phase after which it can be made: its values are known then. */
  readonly after: Phase;
  readonly note: string;
}

const PHASES: readonly Phase[] = ["standby", "replication", "cutover", "decommission"];

/**
 * The text of `dns-records.md`: every record with type, TTL, value, who makes it and when, and what has to happen to
 * TTLs around the cutover. The same records give the same text, in whatever order, so that it can stand in a
 * repository.
 *
 * @param workload name of the workload
 */
export function dnsPlan(workload: string, records: readonly PlannedRecord[]): string {
  return [
    `# DNS records of ${workload}`,
    "",
    "Written at synth; changes made here are lost. What Terraform knows only after an apply stands as `<known after apply>`.",
    "",
    ...table(
      ["Name", "Type", "TTL (s)", "Value", "Made by", "Phase", "What for"],
      inOrder(records).map((record) => [
        code(record.name),
        record.type,
        ttl(record),
        record.values.map(code).join("<br>"),
        record.madeBy === "terraform" ? "Terraform" : "hand",
        record.phase,
        record.note,
      ]),
    ),
    "",
    "## TTLs around the cutover",
    "",
    ...timeline(
      workload,
      inOrder(records).filter(({ lowered }) => lowered),
    ),
    "",
  ].join("\n");
}

/** Writes `dns-records.md`; a file that says the same already is left alone. */
export function writeDnsPlan(file: string, workload: string, records: readonly PlannedRecord[]): void {
  const text = dnsPlan(workload, records);
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) return;
  fs.writeFileSync(file, text);
}

/** The records that are left to people, in a fixed order, as the value of a Terraform output. */
export function recordsByHand(records: readonly PlannedRecord[]): RecordByHand[] {
  return inOrder(records)
    .filter(({ madeBy }) => madeBy === "hand")
    .map(({ name, type, values, ttlSeconds = LOWERED_TTL_SECONDS, phase, note }) => ({
      name,
      type,
      values,
      ttlSeconds,
      after: phase,
      note,
    }));
}

function timeline(workload: string, lowered: readonly PlannedRecord[]): string[] {
  if (lowered.length === 0) {
    return ["No TTL has to be lowered: no record that the cutover changes is kept longer than 60 seconds."];
  }
  const names = lowered.map(({ name }) => code(name)).join(", ");
  const longest = Math.max(...lowered.map(({ ttlSeconds = 0 }) => ttlSeconds));
  const lower = (to: boolean) =>
    [
      ...(lowered.some(({ madeBy }) => madeBy === "terraform")
        ? [`\`cdktf deploy ${workload}-cutover --var lower_ttl=${to}\``]
        : []),
      ...(lowered.some(({ madeBy }) => madeBy === "hand")
        ? [`where DNS is kept by hand, set the TTL to ${to ? LOWERED_TTL_SECONDS : "what the table says"}`]
        : []),
    ].join("; ");
  return table(
    ["When", "What"],
    [
      ["48 hours before the cutover, at the latest", `Lower the TTL of ${names}: ${lower(true)}`],
      [
        "before the cutover",
        `Look whether resolvers have seen it, ${longest} seconds later at the latest: ` +
          `\`dig +noall +answer <name>\` shows ${LOWERED_TTL_SECONDS} or less`,
      ],
      ["24 hours after the cutover", `Raise it again: ${lower(false)}`],
    ],
  );
}

const ttl = ({ ttlSeconds, lowered }: PlannedRecord): string => {
  if (ttlSeconds === undefined) return "60 (alias)";
  return lowered ? `${ttlSeconds}, lowered ${LOWERED_TTL_SECONDS}` : String(ttlSeconds);
};

/** References and tokens differ from synth to synth; what they stand for is known to Terraform alone. */
const known = (text: string): string => text.replace(/\$\{[^}]*\}/g, "<known after apply>");

const code = (text: string): string => `\`${known(text)}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function inOrder(records: readonly PlannedRecord[]): PlannedRecord[] {
  const keyOf = (record: PlannedRecord) =>
    [PHASES.indexOf(record.phase), known(record.name), record.type, ...record.values.map(known)].join(" ");
  return records
    .map((record) => ({ key: keyOf(record), record }))
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .map(({ record }) => record);
}
