import { nextNumber } from "../../../runbook/late-rows/sequences";

const sequence = (next: number, increment = 1) => ({
  next: String(next),
  increment: String(increment),
  least: increment > 0 ? "1" : "-2147483648",
  most: increment > 0 ? "2147483647" : "-1",
});

describe("the number that a target's sequence goes on with", () => {
  test.each([
    ["a thousand beyond the source's at least", sequence(130), sequence(100), 1130n],
    ["as many as the source has drawn since", sequence(50_100), sequence(100), 100_100n],
    ["in steps of the sequence", sequence(700, 5), sequence(100, 5), 5_700n],
    ["downwards where it goes down", sequence(-200, -1), sequence(-100, -1), -1_200n],
    ["no further than it may", sequence(2_147_483_000), sequence(100), 2_147_483_647n],
    ["its own where that is far enough", sequence(100), sequence(1_100), undefined],
    ["further where the source comes near", sequence(200), sequence(1_100), 1_200n],
  ])("A5: is %s", (_, source, target, next) => expect(nextNumber(source, target)).toBe(next));
});
