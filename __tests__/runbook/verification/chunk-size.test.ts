import { BLOCKS, nextSize, restAfter, ROWS } from "../../../runbook/verification/chunk-size";

describe("the size of a chunk", () => {
  test("grows and shrinks towards half a second, four times at most", () => {
    expect(nextSize(10_000, 500, ROWS)).toBe(10_000);
    expect(nextSize(10_000, 250, ROWS)).toBe(20_000);
    expect(nextSize(10_000, 1, ROWS)).toBe(40_000);
    expect(nextSize(10_000, 5_000, ROWS)).toBe(1_000);
  });

  test("stays within its bounds", () => {
    expect(nextSize(ROWS.most, 0, ROWS)).toBe(ROWS.most);
    expect(nextSize(ROWS.least, 60_000, ROWS)).toBe(ROWS.least);
    expect(nextSize(BLOCKS.most, 0, BLOCKS)).toBe(BLOCKS.most);
  });

  test("C3: rests as long as makes the work its share of the time", () => {
    expect(restAfter(100, 1)).toBe(0);
    expect(restAfter(100, 0.5)).toBe(100);
    expect(restAfter(100, 0.2)).toBeCloseTo(400);
  });
});
