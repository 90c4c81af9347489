import { latencyOf, startTally, total } from "../../../rehearsal/load/tally";

describe("the tally", () => {
  test("gives percentiles by nearest rank", () => {
    const times = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(latencyOf(times)).toEqual({ p50: 100, p95: 190, p99: 198, max: 200 });
    expect(latencyOf([])).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
  });

  test("keeps the first three samples of each kind", () => {
    const tally = startTally();
    for (let i = 1; i <= 5; i += 1) tally.writeFailed("orders", "503", `number ${i}`);
    tally.readFailed("timeout", "one");
    const { samples, failedWrites, failedReads } = tally.summary();
    expect(samples).toEqual([
      "write failed: 503: number 1",
      "write failed: 503: number 2",
      "write failed: 503: number 3",
      "read failed: timeout: one",
    ]);
    expect([total(failedWrites), total(failedReads)]).toEqual([5, 1]);
  });
});
