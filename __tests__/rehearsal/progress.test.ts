import { tellProgress } from "../../rehearsal/progress";

const plain = { dim: (text: string) => text, good: (text: string) => text, bad: (text: string) => text };

describe("progress", () => {
  test("tells when a part begins and how long it took, and notes between", async () => {
    const lines: string[] = [];
    const progress = tellProgress((line) => lines.push(line), plain);
    const result = await progress.part("apply standby", () => {
      progress.note("2 databases");
      return Promise.resolve(7);
    });
    expect(result).toBe(7);
    expect(lines).toEqual([
      expect.stringMatching(/^ +\d+\.\d s {2}· apply standby \.\.\.$/),
      expect.stringMatching(/^ +\d+\.\d s {4}2 databases$/),
      expect.stringMatching(/^ +\d+\.\d s {2}✓ apply standby \(\d+\.\d s\)$/),
    ]);
  });

  test("fails a part with its own error, and tells which part it was", async () => {
    const lines: string[] = [];
    const progress = tellProgress((line) => lines.push(line), plain);
    await expect(progress.part("apply standby", () => Promise.reject(new Error("refused")))).rejects.toThrow(
      "refused",
    );
    expect(lines.at(-1)).toMatch(/✗ apply standby/);
  });
});
