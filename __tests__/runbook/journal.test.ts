import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, type JournalNote } from "../../runbook/journal";

const note: JournalNote = { run: 1, plan: "cutover", event: "step begun", step: "fence" };

describe("journal", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "relocate-journal-"));
    file = join(directory, "deeper", "journal.jsonl");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const lockOf = (host: string, pid: number): string => `${file}.${host}.${pid}.lock`;
  const leaveLock = async (host: string, pid: number): Promise<void> => {
    await (await openJournal(file)).close();
    writeFileSync(lockOf(host, pid), JSON.stringify({ pid, host, since: "2026-01-01T00:00:00.000Z" }));
  };

  test("remembers its lines, one JSON object each, stamped with version and time", async () => {
    const journal = await openJournal(file);
    await journal.append(note, { ...note, event: "step done", observations: { lagMs: 3 } });
    await journal.close();
    const again = await openJournal(file);
    expect(again.entries).toMatchObject([note, { event: "step done", observations: { lagMs: 3 } }]);
    expect(again.entries[0]?.version).toBe(1);
    expect(new Date(again.entries[0]?.at ?? "").getTime()).not.toBeNaN();
    await again.close();
  });

  test("a line that a crash has torn is dropped, and the next one does not stick to it", async () => {
    const journal = await openJournal(file);
    await journal.append(note);
    await journal.close();
    appendFileSync(file, '{"version":1,"at":"2026');
    const again = await openJournal(file);
    expect(again.entries).toHaveLength(1);
    await again.append({ ...note, event: "step done" });
    await again.close();
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "step begun",
      "step done",
    ]);
  });

  test("fails with every line that is not of this version", async () => {
    await (await openJournal(file)).close();
    writeFileSync(file, '{"version":2}\nnonsense\n');
    await expect(openJournal(file)).rejects.toThrow(/version 1\n {2}line 1: version: .*\n {2}line 2: /);
    expect(readdirSync(join(directory, "deeper"))).toEqual(["journal.jsonl"]);
  });

  test("fails for a second operator, and names the first", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(other, "spawn");
    try {
      await leaveLock(hostname(), other.pid ?? 0);
      await expect(openJournal(file)).rejects.toThrow(
        `process ${other.pid} on ${hostname()}, since 2026-01-01`,
      );
    } finally {
      other.kill();
    }
  });

  test("fails when this process has it open already", async () => {
    const journal = await openJournal(file);
    await expect(openJournal(file)).rejects.toThrow("this process already has the journal open");
    await journal.close();
    await (await openJournal(file)).close();
  });

  test("fails for a holder on another machine, of which nothing can be known, and names its lock", async () => {
    await leaveLock("elsewhere", 1);
    await expect(openJournal(file)).rejects.toThrow(`remove ${lockOf("elsewhere", 1)}`);
  });

  test("a dead holder's lock is taken over, even one that it had not finished writing", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    await leaveLock(hostname(), dead);
    await (await openJournal(file)).close();
    writeFileSync(lockOf(hostname(), dead), "");
    await (await openJournal(file)).close();
    expect(readdirSync(join(directory, "deeper"))).toEqual(["journal.jsonl"]);
  });
});
