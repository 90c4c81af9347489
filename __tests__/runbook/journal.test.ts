import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, viewJournal, type JournalNote } from "../../runbook/journal";
import { operatorElsewhere } from "./operator-elsewhere";

const begun = (step: string): JournalNote => ({ run: 1, plan: "cutover", event: "step begun", step });

describe("journal on disk", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "relocate-journal-"));
    file = join(directory, "deeper", "journal.jsonl");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const steps = async (): Promise<(string | undefined)[]> =>
    (await viewJournal(file)).entries.map(({ step }) => step);

  test("remembers its lines, one JSON object each, stamped with version, time and token", async () => {
    const journal = await openJournal(file);
    await journal.append(begun("fence"), {
      ...begun("fence"),
      event: "step done",
      observations: { lagMs: 3 },
    });
    await journal.close();
    const again = await openJournal(file);
    expect(again.entries).toMatchObject([
      begun("fence"),
      { event: "step done", observations: { lagMs: 3 }, version: 1, token: journal.lease.token },
    ]);
    expect(new Date(again.entries[0]?.at ?? "").getTime()).not.toBeNaN();
    await again.close();
  });

  test("keeps the time at which something happened, also when it is written later", async () => {
    const journal = await openJournal(file);
    await journal.append({ ...begun("fence"), at: "2026-01-01T00:00:00.000Z" });
    expect(journal.entries[0]?.at).toBe("2026-01-01T00:00:00.000Z");
    await journal.close();
  });

  test("appends that overlap are written one after the other", async () => {
    const journal = await openJournal(file);
    await Promise.all(["a", "b", "c", "d"].map((step) => journal.append(begun(step))));
    await journal.close();
    expect(await steps()).toEqual(["a", "b", "c", "d"]);
  });

  test("a line that a crash has torn is dropped, and the next one does not stick to it", async () => {
    const journal = await openJournal(file);
    await journal.append(begun("fence"));
    await journal.close();
    appendFileSync(file, '{"version":1,"at":"2026');
    const again = await openJournal(file);
    expect(again.entries).toHaveLength(1);
    await again.append(begun("open"));
    await again.close();
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
    expect(await steps()).toEqual(["fence", "open"]);
  });

  test("a full disk takes no half line: what it could not take is gone, what fits later is whole", async () => {
    const operator = operatorElsewhere(file, 60_000, "ulimit -f 1");
    try {
      expect(await operator.hear()).toMatch(/^open/);
      operator.tell("fence");
      expect(await operator.hear()).toBe("written");
      // A process may write one block of a kilobyte to a file, and not one byte more.
      operator.tell("x".repeat(2_000));
      expect(await operator.hear()).toMatch(/^not written: .*journal\.jsonl: EFBIG/);
      expect(readFileSync(file, "utf8")).toHaveLength(1_024);
      operator.tell("open");
      expect(await operator.hear()).toBe("written");
    } finally {
      await operator.end();
    }
    expect(await steps()).toEqual(["fence", "open"]);
  });

  test("a line that its writer put after the first of its successor is void", async () => {
    const journal = await openJournal(file);
    await journal.append(begun("fence"));
    await journal.close();
    const line = (token: number, step: string): string =>
      `${JSON.stringify({ version: 1, at: "2026-01-01T00:00:00.000Z", token, ...begun(step) })}\n`;
    appendFileSync(file, line(7, "drain") + line(1, "open") + line(7, "release"));
    expect(await steps()).toEqual(["fence", "drain", "release"]);
    const next = await openJournal(file);
    expect(next.lease.token).toBe(8);
    await next.close();
  });

  test("a look shows entries and holder, and takes nothing", async () => {
    expect(await viewJournal(join(directory, "none.jsonl"))).toEqual({ entries: [], holder: undefined });
    const journal = await openJournal(file);
    await journal.append(begun("fence"));
    const { entries, holder } = await viewJournal(file);
    expect([entries, holder]).toEqual([journal.entries, journal.lease.holder]);
    await journal.close();
    expect((await viewJournal(file)).holder).toBeUndefined();
  });

  test("fails with every line that is not of this version, and says which release wrote it", async () => {
    await (await openJournal(file)).close();
    writeFileSync(file, '{"version":2}\nnonsense\n{"version":0}\n{"version":1,"at":7}\n{}\n');
    await expect(openJournal(file)).rejects.toThrow(
      [
        `${file}: not a journal of version 1`,
        "  line 1: version: 2, written by a newer release than this one",
        "  line 2: not JSON",
        "  line 3: version: 0, written by an older release than this one",
        "  line 4: at: Invalid input: expected string, received number",
        "  line 5: version: Invalid input: expected 1",
        "  Use the release that wrote it, or move the file away",
      ].join("\n"),
    );
    await expect(viewJournal(file)).rejects.toThrow("not a journal of version 1");
  });

  test("fails where no file can be made, naming the place", async () => {
    writeFileSync(join(directory, "file"), "");
    await expect(openJournal(join(directory, "file", "journal.jsonl"))).rejects.toThrow(
      join(directory, "file"),
    );
  });
});
