import { tally, type Tally, type Traces } from "../../../runbook/postgres/copy-failures";

const look = (at: number, worker: number | undefined, attempts: Traces["attempts"] = {}): Traces => ({
  attempts,
  worker,
  retryAfter: 5_000,
  at,
});
const countedBy = (looks: readonly Traces[]): number | undefined =>
  looks.reduce<Tally | undefined>((before, seen) => tally(before, seen), undefined)?.failures;

describe("failures of a copy, as a server before version 15 shows them", () => {
  test.each<[string, number, readonly Traces[]]>([
    ["a copy that goes on counts nothing", 0, [look(0, 7, { 100: "5" }), look(200, 7, { 100: "5" })]],
    [
      "one table that ends, and another that begins, count nothing",
      0,
      [look(0, 7, { 100: "5" }), look(200, 7, { 101: "6" }), look(400, 7)],
    ],
    [
      "each time a table begins anew counts, of each table",
      3,
      [
        look(0, 7, { 100: "5", 101: "6" }),
        look(5_000, 7, { 100: "8", 101: "9" }),
        look(10_000, 7, { 100: "10", 101: "9" }),
      ],
    ],
    [
      "a worker in another's place counts for the one that is gone",
      2,
      [look(0, 7), look(200, 8), look(400, undefined)],
    ],
    [
      "a worker that has yet to come counts nothing",
      0,
      [look(0, undefined), look(9_900, undefined), look(9_950, 7)],
    ],
    [
      "one that is never seen counts once in the time in which the server has started it",
      2,
      [look(0, undefined), look(10_000, undefined), look(15_000, undefined), look(20_000, undefined)],
    ],
  ])("%s", (_, failures, looks) => {
    expect(countedBy(looks)).toBe(failures);
  });
});
