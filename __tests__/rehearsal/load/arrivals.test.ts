import { arrivals } from "../../../rehearsal/load/arrivals";
import { seededRandom } from "../../../rehearsal/seeded";

const first = (count: number, rate: number, seed = 1) => {
  const source = arrivals(rate, seededRandom(seed));
  return Array.from({ length: count }, () => source.next().value);
};

describe("arrivals", () => {
  test("come at the stated rate, in order, unevenly", () => {
    const times = first(20_000, 200);
    expect(times.at(-1)).toBeGreaterThan(97_000);
    expect(times.at(-1)).toBeLessThan(103_000);
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    // In a Poisson process the share of gaps above the mean is 1/e.
    expect(gaps.filter((gap) => gap > 5).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
  });

  test("are the seed's", () => {
    expect(first(5, 200, 3)).toEqual(first(5, 200, 3));
    expect(first(5, 200, 3)).not.toEqual(first(5, 200, 4));
  });
});
