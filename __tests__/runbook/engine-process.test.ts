import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlan } from "../../runbook/engine";
import { openJournal, viewJournal } from "../../runbook/journal";
import type { PlanResult } from "../../runbook/result";
import { filePlan, type PlanProcess } from "./plan-process";
import { talkingProcess, type TalkingProcess } from "./talking-process";

/** More than it takes for a second signal to be another one than the first, in milliseconds. */
const ANOTHER_KEYSTROKE = 800;

describe("engine in a process", () => {
  let directory: string;
  let runbook: TalkingProcess | undefined;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "relocate-engine-"))));
  afterEach(async () => {
    await runbook?.end();
    rmSync(directory, { recursive: true });
  });

  const start = (settings: Omit<PlanProcess, "directory">, limit?: string): TalkingProcess =>
    (runbook = talkingProcess("plan-process.ts", [JSON.stringify({ directory, ...settings })], limit));
  /** Passes over what it says until it says that, or its result. */
  const hear = async (process: TalkingProcess, expected?: string): Promise<PlanResult> => {
    for (;;) {
      const line = await process.hear();
      if (line.startsWith("{")) return JSON.parse(line) as PlanResult;
      if (line === expected) return { outcome: "stopped" } as PlanResult;
      if (line === "(it has ended)") throw new Error(line);
    }
  };
  const standing = (): string[] => ["a", "b", "c"].filter((step) => existsSync(join(directory, step)));
  const again = async (): Promise<PlanResult> => {
    const journal = await openJournal(join(directory, "journal.jsonl"));
    try {
      return await runPlan(filePlan({ directory }), { journal, signal: new AbortController().signal });
    } finally {
      await journal.close();
    }
  };

  test.each(["SIGINT", "SIGTERM"] as const)("D6: %s takes back all that was begun", async (signal) => {
    const process = start({ hangs: "b" });
    await hear(process, "begun b");
    process.signal(signal);
    const result = await hear(process);
    expect(result).toMatchObject({ outcome: "undone", cause: `b: interrupted by ${signal}` });
    expect(standing()).toEqual([]);
    expect(await process.exit).toBe(0);
  });

  test("D6: a second Ctrl-C ends it at once, and the same command goes on from there", async () => {
    const process = start({ hangs: "c", undoHangs: "b" });
    await hear(process, "begun c");
    process.signal("SIGINT");
    await hear(process, "undoing b");
    await new Promise((later) => setTimeout(later, ANOTHER_KEYSTROKE));
    process.signal("SIGINT");
    expect(await process.exit).toBe(130);
    expect(standing()).toEqual(["a", "b"]);
    expect((await viewJournal(join(directory, "journal.jsonl"))).holder).toBeUndefined();
    expect(await again()).toMatchObject({ outcome: "done", resumed: true });
    expect(standing()).toEqual(["a", "b", "c"]);
  });

  test("a journal on a full disk takes back all that was begun, and the same command works once there is room", async () => {
    const process = start({ talkative: 700 }, "ulimit -f 1");
    const result = await hear(process);
    expect(result.outcome).toBe("undone");
    expect(result.cause).toMatch(/^[bc]: the journal cannot be written: .*journal\.jsonl: EFBIG/);
    expect(result.warnings).toEqual([expect.stringContaining("the journal cannot be written")]);
    expect(standing()).toEqual([]);
    expect(readFileSync(join(directory, "journal.jsonl")).length).toBe(1_024);
    expect(await again()).toMatchObject({ outcome: "done", resumed: true });
  });

  test("killed, it leaves what it began to the same command", async () => {
    const process = start({ hangs: "c" });
    await hear(process, "begun c");
    process.signal("SIGKILL");
    expect(await process.exit).toBe("SIGKILL");
    expect(standing()).toEqual(["a", "b", "c"]);
    expect(await again()).toMatchObject({ outcome: "done", resumed: true });
  });
});
