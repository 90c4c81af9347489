import type { JournalEntry } from "./journal-entry";
import { readRuns, type RunRecord } from "./run-records";
import { momentInWords, spanInWords } from "./time-in-words";

/** What the journal does not know. */
export interface PostMortemFacts {
  /** Name of the workload. */
  readonly workload: string;
  /** Regions, such as `us-east-1`. @default - told as source and target only */
  readonly source?: string;
  readonly target?: string;
  /** Further lines for its end, such as findings that were accepted. @default - none */
  readonly notes?: readonly string[];
}

/** The step in which writers are held; what it observes is called `<database>.<part>Ms`. */
const HOLD = "handover";

/**
 * The post-mortem of a relocation as Markdown: what happened, when, how long it took, who did it and what went wrong,
 * from the journal alone. People add the why.
 *
 * @param journal its entries, in their order
 */
export function postMortem(journal: readonly JournalEntry[], facts: PostMortemFacts): string {
  const { workload, source = "source", target = "target", notes = [] } = facts;
  const entries = withoutRepetitions(journal);
  const runs = readRuns(entries);
  const parts = [
    `# Post-mortem: ${workload}, ${source} to ${target}`,
    "Written from the journal of the runbook. Times are UTC, by the clock of the machine that ran it.",
    ...section("In short", bullets(inShort(entries, runs))),
    ...section("Runs", table(["Run", "Plan", "By", "Begun", "Took", "Ended"], runs.map(runRow))),
    ...section("Holds", bullets(entries.filter(isHold).map(holdLine))),
    ...section(
      "What went wrong",
      table(
        ["Time", "Run", "Step", "Found", "Then"],
        faults(entries).map((fault) => faultRow(fault, runs)),
      ),
    ),
    ...section("Timeline", table(["Time", "Run", "What", "Took", "Seen"], timeline(entries))),
    ...section("Notes", bullets(notes.map(cell))),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A write whose answer was lost is repeated, and may stand twice. */
function withoutRepetitions(entries: readonly JournalEntry[]): JournalEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ at, run, event, step }) => {
    const key = JSON.stringify([at, run, event, step]);
    return !seen.has(key) && seen.add(key);
  });
}

function inShort(entries: readonly JournalEntry[], runs: readonly RunRecord[]): string[] {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return ["Nothing was done: the journal is empty."];
  const failures = faults(entries).length;
  const people = [...new Set(runs.flatMap(({ by }) => by))];
  const clock = entries.some(({ at }, index) => at < (entries[index - 1]?.at ?? ""));
  return [
    `From ${momentInWords(first.at)} to ${momentInWords(last.at)}: ${spanInWords(between(first.at, last.at))}.`,
    `Runs: ${runs.map(({ plan, outcome }) => `${plan} ${outcome}`).join(", ")}.`,
    failures === 0 ? "No step failed." : `${failures} failure${failures === 1 ? "" : "s"} of a step.`,
    ...(people.length > 0 ? [`Done by ${cell(people.join("; "))}.`] : []),
    ...(clock ? ["A clock was set back, or two clocks differ: the order of the lines is the true one."] : []),
  ];
}

const runRow = ({ run, plan, by, begunAt, endedAt, outcome, cause, crossedAt }: RunRecord): string[] => [
  ...[String(run), plan, by.join("; "), momentInWords(begunAt), spanInWords(between(begunAt, endedAt))],
  [
    outcome,
    ...(crossedAt ? [`past the point of no return at ${momentInWords(crossedAt)}`] : []),
    ...(cause ? [cause] : []),
  ].join("; "),
];

const isHold = ({ event, step }: JournalEntry): boolean => event === "step done" && step === HOLD;

/** Each database is held by itself: for the sum of its parts. */
function holdLine({ plan, run, durationMs = 0, observations = {} }: JournalEntry): string {
  const held = new Map<string, number>();
  for (const [key, value] of Object.entries(observations)) {
    const [, database] = /^(.+)\.[a-z]+Ms$/i.exec(key) ?? [];
    if (database && typeof value === "number") held.set(database, (held.get(database) ?? 0) + value);
  }
  const each = [...held].map(([database, ms]) => `${cell(database)} ${spanInWords(ms)}`);
  return `${plan}, run ${run}: ${each.join(", ") || "writers were held"} (the whole step took ${spanInWords(durationMs)})`;
}

/** A failure that only repeats one before it, while it was tried to take the step back, counts too: it is what happened. */
const faults = (entries: readonly JournalEntry[]): JournalEntry[] =>
  entries.filter(({ event }) => event === "step failed");

function faultRow({ at, run, step = "", error = "" }: JournalEntry, runs: readonly RunRecord[]): string[] {
  const outcome = runs.find((record) => record.run === run)?.outcome ?? "cut off";
  const then = {
    done: "the run went on, or was taken up again, and came to its end",
    undone: "what was begun was taken back",
    stopped: "the run stopped",
    "cut off": "the run was cut off",
  }[outcome];
  return [momentInWords(at), String(run), step, error, then];
}

/** Each entry but the beginnings of steps that were seen to end: their durations tell as much. */
function timeline(entries: readonly JournalEntry[]): string[][] {
  return entries.flatMap((entry, index) => {
    const { at, run, plan, event, step, by, already, durationMs, observations = {}, error } = entry;
    if (event === "step begun" && isSeenToEnd(entry, entries.slice(index + 1))) return [];
    const seen = Object.entries(observations).map(([key, value]) => `${key} ${value}`);
    const what =
      step === undefined
        ? `**${event.replace("plan", plan)}**`
        : `${step}: ${already ? "stood already" : whatHappened(event)}`;
    return [
      [
        ...[momentInWords(at), String(run), what, durationMs === undefined ? "" : spanInWords(durationMs)],
        [...(by ? [`by ${by}`] : []), ...seen, ...(error ? [error] : [])].join(", "),
      ],
    ];
  });
}

const isSeenToEnd = ({ run, step }: JournalEntry, later: readonly JournalEntry[]): boolean =>
  later.some((entry) => entry.run === run && entry.step === step && /^step (done|failed)$/.test(entry.event));

const whatHappened = (event: JournalEntry["event"]): string =>
  event === "crossed" ? "**the point of no return is behind**" : event.replace("step ", "");

const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

const section = (title: string, body: string): string[] => (body === "" ? [] : [`## ${title}`, body]);

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row.map(cell)))].join("\n");
}

/** Errors come from everywhere: none may break the table, or be taken for markup. */
const cell = (text: string): string =>
  text
    .replace(/\\/g, "\\\\")
    .replace(/[|`]/g, "\\$&")
    .replace(/</g, "&lt;")
    .replace(/\r?\n\s*/g, "<br>");
