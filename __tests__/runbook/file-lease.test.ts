import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, viewJournal, type Journal, type JournalNote } from "../../runbook/journal";
import { operatorElsewhere } from "./operator-elsewhere";
import type { TalkingProcess } from "./talking-process";

const begun = (step: string): JournalNote => ({ run: 1, plan: "cutover", event: "step begun", step });
/** Long enough for a busy machine to renew it, short enough to see it end. */
const BRIEF = 2_000;

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

  test("an operator who is stopped for longer than the lease lasts finds that it is lost, and writes no more", async () => {
    operator = operatorElsewhere(file, BRIEF);
    expect(await operator.hear()).toBe("open 1");
    operator.tell("fence");
    expect(await operator.hear()).toBe("written");
    operator.signal("SIGSTOP");
    // Right after its last renewal it is refused still.
    const successor = await eventually(() => open());
    expect(successor.lease.token).toBe(2);
    operator.signal("SIGCONT");
    operator.tell("open");
    const said = [await operator.hear(), await operator.hear()].sort();
    expect(said[0]).toMatch(/^lost: .*the lease is lost/);
    expect(said[1]).toMatch(/^not written: .*the lease is lost/);
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

  test("whoever finds a higher token than its own stops at once", async () => {
    const journal = await open(BRIEF);
    const lost = new Promise((resolve) => journal.lease.lost.addEventListener("abort", resolve));
    leaveLease(2, BRIEF);
    await expect(journal.append(begun("fence"))).rejects.toThrow("somebody else has taken it");
    await lost;
    expect(journal.lease.ending.aborted).toBe(true);
    expect(() => journal.lease.assertHeld()).toThrow("the lease is lost: somebody else has taken it");
    await journal.close();
    expect((await viewJournal(file)).holder).toMatchObject({ who: "bob" });
  });

  test("a living operator keeps the lease for longer than it lasts", async () => {
    const journal = await open(BRIEF);
    let beats = 0;
    let last = 0;
    // Five renewals take as long as the lease lasts.
    while (beats < 6) {
      const { mtimeMs } = await import("node:fs/promises").then(({ stat }) => stat(`${file}.lease-1`));
      if (mtimeMs !== last) beats++;
      last = mtimeMs;
      await new Promise((go) => setTimeout(go, 20));
    }
    journal.lease.assertHeld();
    expect(journal.lease.ending.aborted).toBe(false);
    await journal.close();
  });

  test("a lease that cannot be renewed warns before it is lost, so that there is time to take back", async () => {
    const journal = await open(1_200);
    const heard: string[] = [];
    const { ending, lost } = journal.lease;
    ending.addEventListener("abort", () => heard.push(`ending, lost: ${lost.aborted}`));
    const isLost = new Promise((resolve) => lost.addEventListener("abort", resolve));
    rmSync(directory, { recursive: true });
    await isLost;
    expect(heard).toEqual(["ending, lost: false"]);
    expect(() => journal.lease.assertHeld()).toThrow("it could not be renewed for 1200 ms");
  });

  test("of many operators that come at once, one gets the lease", async () => {
    const takings = await Promise.allSettled(Array.from({ length: 12 }, () => open()));
    const taken = takings.flatMap((taking) => (taking.status === "fulfilled" ? [taking.value] : []));
    expect(taken).toHaveLength(1);
    await taken[0]!.close();
  });
});

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const [tried] = await Promise.allSettled([work()]);
    if (tried.status === "fulfilled") return tried.value;
  }
}
