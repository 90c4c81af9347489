import { parseEntries, stamp, type JournalEntry, type JournalNote } from "../../runbook/journal-entry";
import { runPlan } from "../../runbook/engine";
import { postMortem } from "../../runbook/post-mortem";
import { readRuns } from "../../runbook/run-records";
import { momentInWords, spanInWords } from "../../runbook/time-in-words";
import { memoryJournal } from "./memory-journal";
import { Switches } from "./switches";

const facts = { workload: "shop", source: "us-east-1", target: "eu-west-1" };

/** A relocation in which a cutover fails, the next one is cut off, and the same command brings it to its end. */
function relocation(): JournalEntry[] {
  let seconds = 0;
  const entry = (run: number, event: JournalNote["event"], more: Partial<JournalNote> = {}): JournalNote => ({
    at: new Date(Date.UTC(2026, 10, 21, 22, 0, seconds++)).toISOString(),
    plan: run === 1 ? "start" : "cutover",
    ...{ run, event },
    ...more,
  });
  const held = { "orders.pauseMs": 12, "orders.handoverMs": 88, "billing.handoverMs": 131, sessions: 7 };
  return stamp(
    [
      entry(1, "plan begun", { by: "alice (process 1) on laptop" }),
      entry(1, "step begun", { step: "copied" }),
      entry(1, "step done", { step: "copied", durationMs: 200_000_000, observations: { tables: 3 } }),
      entry(1, "plan done"),
      entry(2, "plan begun", { by: "alice (process 2) on laptop" }),
      entry(2, "step begun", { step: "jobs" }),
      entry(2, "step done", { step: "jobs", durationMs: 900, already: true }),
      entry(2, "step begun", { step: "lag" }),
      entry(2, "step failed", {
        step: "lag",
        durationMs: 120_000,
        error: "not done | within\n  120000 ms <lag>",
      }),
      entry(2, "step undone", { step: "jobs", durationMs: 40 }),
      entry(2, "plan undone", { error: "Lag: not done | within 120000 ms" }),
      entry(3, "plan begun", { by: "alice (process 3) on laptop" }),
      entry(3, "step begun", { step: "handover" }),
      entry(3, "plan begun", { by: "bob (process 4) on desk" }),
      entry(3, "crossed", { step: "handover" }),
      entry(3, "step begun", { step: "handover" }),
      entry(3, "step done", { step: "handover", durationMs: 140, observations: held }),
      entry(3, "plan done"),
    ],
    { token: 1 },
  );
}

/** The lines of one section. */
const section = (text: string, title: string): string[] =>
  (text.split(`## ${title}\n\n`)[1] ?? "").split("\n\n")[0]?.trimEnd().split("\n") ?? [];

describe("post-mortem", () => {
  test("C6: tells in short what happened, who did it and how long writers were held", () => {
    const text = postMortem(relocation(), facts);
    expect(text.split("\n")[0]).toBe("# Post-mortem: shop, us-east-1 to eu-west-1");
    expect(section(text, "In short")).toEqual([
      "- From 2026-11-21 22:00:00.000 to 2026-11-21 22:00:17.000: 17.0 s.",
      "- Runs: start done, cutover undone, cutover done.",
      "- 1 failure of a step.",
      "- Done by alice (process 1) on laptop; alice (process 2) on laptop; alice (process 3) on laptop; bob (process 4) on desk.",
    ]);
    expect(section(text, "Holds")).toEqual([
      "- cutover, run 3: orders 100 ms, billing 131 ms (the whole step took 140 ms)",
    ]);
  });

  test("C6: lists every run with who gave the command, and what went wrong with what came of it", () => {
    const text = postMortem(relocation(), facts);
    expect(section(text, "Runs").slice(2)).toEqual([
      "| 1 | start | alice (process 1) on laptop | 2026-11-21 22:00:00.000 | 3.0 s | done |",
      "| 2 | cutover | alice (process 2) on laptop | 2026-11-21 22:00:04.000 | 6.0 s | undone; Lag: not done \\| within 120000 ms |",
      "| 3 | cutover | alice (process 3) on laptop; bob (process 4) on desk | 2026-11-21 22:00:11.000 | 6.0 s | " +
        "done; past the point of no return at 2026-11-21 22:00:14.000 |",
    ]);
    expect(section(text, "What went wrong").slice(2)).toEqual([
      "| 2026-11-21 22:00:08.000 | 2 | lag | not done \\| within<br>120000 ms &lt;lag> | what was begun was taken back |",
    ]);
  });

  test("C6: its timeline has every entry but beginnings that were seen to end, and what was observed", () => {
    const rows = section(postMortem(relocation(), facts), "Timeline").slice(2);
    expect(rows.map((row) => row.split(" | ")[2])).toEqual([
      ...["**start begun**", "copied: done", "**start done**"],
      ...["**cutover begun**", "jobs: stood already", "lag: failed", "jobs: undone", "**cutover undone**"],
      ...["**cutover begun**", "**cutover begun**", "handover: **the point of no return is behind**"],
      ...["handover: done", "**cutover done**"],
    ]);
    expect(rows[1]).toBe("| 2026-11-21 22:00:02.000 | 1 | copied: done | 2 d 8 h | tables 3 |");
  });

  test("a beginning that was not seen to end stays in the timeline", () => {
    const cut = relocation().slice(0, 8);
    expect(postMortem(cut, facts)).toContain("| lag: begun |");
    expect(readRuns(cut).at(-1)).toMatchObject({ outcome: "cut off", cause: undefined });
  });

  test("an entry that stands twice, because the answer to its writing was lost, is told once", () => {
    const [first, ...others] = relocation() as [JournalEntry, ...JournalEntry[]];
    expect(postMortem([first, first, ...others], facts)).toBe(postMortem([first, ...others], facts));
  });

  test("a clock that was set back is named, and no time is negative", () => {
    const entries = relocation();
    entries.push({ ...(entries.at(-1) as JournalEntry), at: "2026-11-21T20:00:00.000Z" });
    const text = postMortem(entries, facts);
    expect(text).toContain("A clock was set back");
    expect(text).not.toMatch(/-\d+(\.\d)? (ms|s)/);
  });

  test("notes come at the end, and a journal without entries says so", () => {
    const text = postMortem([], { workload: "shop", notes: ["TTL is back at 3600 s", "a | b"] });
    expect(text).toContain("# Post-mortem: shop, source to target");
    expect(text).toContain("- Nothing was done: the journal is empty.");
    expect(text.endsWith("## Notes\n\n- TTL is back at 3600 s\n- a \\| b\n")).toBe(true);
  });

  test("the engine's own journal is told in full: who, how long, what was seen, what failed", async () => {
    const switches = new Switches();
    const journal = memoryJournal();
    const steps = [
      switches.step("a", { run: (context) => Promise.resolve(context.observe("lagMs", 7)) }),
      switches.step("b", { run: () => Promise.reject(new Error("broken")) }),
    ];
    await runPlan(
      { id: "plan", title: "The plan", steps },
      { journal, signal: new AbortController().signal },
    );
    const lines = journal.entries.map((entry) => JSON.stringify(entry));
    const text = postMortem(parseEntries(lines, "journal", ""), facts);
    expect(text).toMatch(/\| \*\*plan begun\*\* \| {2}\| by the test on here \|/);
    expect(text).toMatch(/\| a: done \| \d+ ms \| lagMs 7 \|/);
    expect(text).toMatch(/\| b: failed \| \d+ ms \| broken \|/);
    expect(text).toMatch(/\| a: undone \| \d+ ms \|/);
  });

  test.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1.0 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min"],
    [61_400, "1 min 1 s"],
    [3_600_000, "1 h"],
    [3_599_700, "1 h"],
    [5_400_000, "1 h 30 min"],
    [187_200_000, "2 d 4 h"],
  ])("%d ms are told as %s", (ms, words) => expect(spanInWords(ms)).toBe(words));

  test("a moment is told without the marks of ISO 8601", () => {
    expect(momentInWords("2026-11-21T22:00:00.123Z")).toBe("2026-11-21 22:00:00.123");
  });
});
