import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, viewJournal, type Journal, type JournalNote } from "../../runbook/journal";
import { operatorElsewhere } from "./operator-elsewhere";
import type { TalkingProcess } from "./talking-process";

const begun = (step: string): JournalNote => ({ run: 1, plan: "cutover", event: "step begun", step });

describe("lease of a journal on disk", () => {
  let directory: string;
  let file: string;
  let operator: TalkingProcess | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "relocate-lease-"));
    file = join(directory, "journal.jsonl");
    operator = undefined;
  });
  afterEach(async () => {
    await operator?.end();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (durationMs?: number, seen: string[] = []): Promise<Journal> =>
    openJournal(file, {
      signal: new AbortController().signal,
      durationMs,
      onChange: (line) => seen.push(line),
    });
  /** As another machine leaves it on a disk that is shared. */
  const leaveLease = (token: number, durationMs: number): string => {
    const path = `${file}.lease-${token}`;
    const holder = { who: "bob", host: "elsewhere", since: "2026-01-01T00:00:00.000Z" };
    writeFileSync(path, JSON.stringify({ ...holder, pid: 1, machine: "another", durationMs }));
    return path;
  };

  test("each taking has a higher token, and one file is left beside the journal", async () => {
    for (const token of [1, 2, 3]) {
      const journal = await open();
      expect(journal.lease.token).toBe(token);
      await journal.close();
    }
    expect(readdirSync(directory)).toEqual(["journal.jsonl", "journal.jsonl.lease-3"]);
  });

  test("a token is higher than any in the journal, also when the lease was removed by hand", async () => {
    const first = await open();
    await first.append(begun("fence"));
    await first.close();
    rmSync(`${file}.lease-1`);
    const second = await open();
    expect(second.lease.token).toBe(2);
    await second.close();
  });

  test("fails for a second operator at once, and names the first; once that one is killed, it is followed at once", async () => {
    operator = operatorElsewhere(file, 3_600_000);
    expect(await operator.hear()).toBe("open 1");
    await expect(open()).rejects.toThrow(
      new RegExp(`another operator is at work: .* \\(process ${operator.pid}\\) on .*, since 2.*wait until`),
    );
    expect((await viewJournal(file)).holder?.who).toContain(`(process ${operator.pid})`);
    await operator.end();
    expect((await viewJournal(file)).holder).toBeUndefined();
    const journal = await open();
    expect(journal.lease.token).toBe(2);
    await journal.close();
  });

  test("fails when this process has it open already", async () => {
    const journal = await open();
    await expect(open()).rejects.toThrow("this process already has the journal open");
    await journal.close();
    await (await open()).close();
  });

  test("an operator who is stopped for longer than its lease lasts finds that it is lost, and writes no more", async () => {
    operator = operatorElsewhere(file, 3_600_000);
    expect(await operator.hear()).toBe("open 1");
    operator.tell("fence");
    expect(await operator.hear()).toBe("written");
    operator.signal("SIGSTOP");
    await expect(open()).rejects.toThrow("another operator is at work");
    // An hour later: its file is as old, and what is left to wait is short.
    const text = JSON.parse(readFileSync(`${file}.lease-1`, "utf8")) as object;
    writeFileSync(`${file}.lease-1`, JSON.stringify({ ...text, durationMs: 300 }));
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(`${file}.lease-1`, anHourAgo, anHourAgo);
    const successor = await open();
    expect(successor.lease.token).toBe(2);
    operator.signal("SIGCONT");
    operator.tell("open");
    expect(await operator.hear()).toMatch(/^lost: .*the lease is lost: somebody else has taken it/);
    expect(await operator.hear()).toMatch(/^not written: .*the lease is lost: somebody else has taken it/);
    expect((await viewJournal(file)).entries.map(({ step }) => step)).toEqual(["fence"]);
    await successor.close();
  });

  test("an operator on another machine who renews is left alone", async () => {
    const path = leaveLease(4, 60_000);
    const beats = setInterval(() => utimesSync(path, new Date(), new Date()), 20);
    const seen: string[] = [];
    await expect(
      openJournal(file, {
        signal: new AbortController().signal,
        onChange: (line) => seen.push(line),
        pauseMs: 50,
      }),
    ).rejects.toThrow("another operator is at work: bob on elsewhere, since 2026-01-01");
    clearInterval(beats);
    expect(seen).toEqual([expect.stringContaining("held by bob on elsewhere")]);
  });

  test.each([
    ["its lease", (): string => leaveLease(4, 300)],
    [
      "a lease that it has not written to its end",
      (): string => {
        const path = leaveLease(4, 300);
        writeFileSync(path, "");
        return path;
      },
    ],
  ])("an operator on another machine who is silent loses %s", async (_, leave) => {
    leave();
    const journal = await open(300);
    expect(journal.lease.token).toBe(5);
    expect(readdirSync(directory)).toEqual(["journal.jsonl", "journal.jsonl.lease-5"]);
    await journal.close();
  });

  test("Ctrl-C ends the watching of another's lease, which is left as it is", async () => {
    leaveLease(4, 60_000);
    const interruption = new AbortController();
    const opening = openJournal(file, {
      signal: interruption.signal,
      onChange: () => interruption.abort(new Error("interrupted by SIGINT")),
    });
    await expect(opening).rejects.toThrow("interrupted by SIGINT");
    expect(readdirSync(directory)).toEqual(["journal.jsonl.lease-4"]);
  });

  test("whoever finds a higher token than its own stops at once", async () => {
    const journal = await open();
    const lost = new Promise((resolve) => journal.lease.lost.addEventListener("abort", resolve));
    leaveLease(2, 60_000);
    await expect(journal.append(begun("fence"))).rejects.toThrow("somebody else has taken it");
    await lost;
    expect(journal.lease.ending.aborted).toBe(true);
    expect(() => journal.lease.assertHeld()).toThrow("the lease is lost: somebody else has taken it");
    await journal.close();
    expect((await viewJournal(file)).holder).toMatchObject({ who: "bob" });
  });

  test("a living operator renews its lease, by itself and with each line", async () => {
    const journal = await open(5_000);
    const beat = (): number => statSync(`${file}.lease-1`).mtimeMs;
    const taken = beat();
    while (beat() === taken) await new Promise((go) => setTimeout(go, 20));
    const renewed = beat();
    while (beat() === renewed) await journal.append(begun("fence"));
    journal.lease.assertHeld();
    await journal.close();
    expect(beat()).toBe(0);
  });

  test("a lease that cannot be renewed is lost", async () => {
    const journal = await open(600);
    const lost = new Promise((resolve) => journal.lease.lost.addEventListener("abort", resolve));
    rmSync(directory, { recursive: true });
    await lost;
    expect(() => journal.lease.assertHeld()).toThrow("it could not be renewed for 600 ms");
    await expect(journal.close()).rejects.toThrow("ENOENT");
  });

  test("of many operators that come at once, one gets the lease", async () => {
    const takings = await Promise.allSettled(Array.from({ length: 12 }, () => open()));
    const taken = takings.flatMap((taking) => (taking.status === "fulfilled" ? [taking.value] : []));
    expect(taken).toHaveLength(1);
    await taken[0]!.close();
  });
});
