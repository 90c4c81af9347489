import { describeReport, report } from "../../rehearsal/report";
import type { Verdict } from "../../rehearsal/verdict";

const plain = {
  dim: (text: string) => text,
  good: (text: string) => text,
  bad: (text: string) => `!${text}!`,
};
const verdict: Verdict = {
  acknowledged: 1_200,
  lost: 0,
  duplicated: 0,
  databases: [
    {
      ...{ name: "orders", strategy: "logical", discovery: "pooler" },
      ...{ acknowledged: 1_200, lost: 0, duplicated: 0, failedWrites: 13, holdsMs: [320] },
    },
  ],
  ...{ jobsDone: 0, jobsDoneTwice: 0, jobsLost: 0 },
  switches: [{ from: "source", to: "target", holdMs: 320, convergenceMs: 5_040 }],
  faults: [],
};
const latency = { p50: 9, p95: 99, p99: 199, max: 1_300 };
const load = {
  reads: 1_800,
  writes: 1_200,
  acknowledged: 1_200,
  failedWrites: { "503": 12, "connection lost": 1 },
  failedWritesOf: { orders: { "503": 12, "connection lost": 1 } },
  retriedWrites: 13,
  unacknowledged: 0,
  failedReads: {},
  samples: [],
  readLatency: latency,
  writeLatency: latency,
};

describe("the report", () => {
  test("carries what machines ask for", () => {
    expect(JSON.parse(JSON.stringify(report({ verdict, load, rowsCompared: 2_400 })))).toMatchObject({
      ok: true,
      acknowledged: 1_200,
      lost: 0,
      duplicated: 0,
      failedReads: 0,
      failedWrites: 13,
      failedWritesByKind: { "503": 12, "connection lost": 1 },
      switches: [{ from: "source", to: "target", holdMs: 320, convergenceMs: 5_040 }],
      rowsCompared: 2_400,
      databases: [
        { name: "orders", strategy: "logical", discovery: "pooler", failedWrites: 13, holdsMs: [320] },
      ],
      jobsDone: 0,
    });
  });

  test("reads as a table", () => {
    const text = describeReport(report({ verdict, load, rowsCompared: 2_400 }), plain);
    expect(text).toContain("failed writes, retried     13 (503: 12, connection lost: 1)");
    expect(text).toContain("source to target           hold 320 ms, edge converged over 5.0 s");
    expect(text).toMatch(
      /\n {2}database +writer found by +written +lost +twice +failed, retried +holds, ms\n/,
    );
    expect(text).toMatch(/\n {2}orders +pooler +1200 +0 +0 +13 +320\n/);
    expect(text).not.toContain("jobs");
    expect(text).toMatch(/\nok$/);
  });

  test("B6: counts jobs where there were any, and shows a hold that nobody felt as a dash", () => {
    const [database] = verdict.databases;
    const busy = { ...verdict, jobsDone: 40, jobsDoneTwice: 1, jobsLost: 2 };
    const text = describeReport(
      report({
        verdict: { ...busy, databases: [{ ...database!, holdsMs: [320, null] }] },
        ...{ load, rowsCompared: 1 },
      }),
      plain,
    );
    expect(text).toMatch(/jobs done +40, twice !1!, never !2!/);
    expect(text).toMatch(/ +320, -\n/);
  });

  test("fails with the machine as the first cause when it could not keep up, unless a write was lost", () => {
    const delay = { p99: 900, longest: 4_000, busy: 1 };
    const faulty = { ...verdict, faults: ["failed reads: 3"] };
    expect(report({ verdict: faulty, load, delay, rowsCompared: 1 }).faults).toEqual([
      expect.stringMatching(/could not keep up: .*4000 ms.*p99 900 ms.*--rate/),
      "failed reads: 3",
    ]);
    expect(report({ verdict: { ...faulty, lost: 1 }, load, delay, rowsCompared: 1 }).faults).toEqual([
      "failed reads: 3",
    ]);
    expect(report({ verdict, load, delay, rowsCompared: 1 })).toMatchObject({ ok: true, faults: [] });
    const usual = { p99: 25, longest: 300, busy: 1.5 };
    expect(report({ verdict: faulty, load, delay: usual, rowsCompared: 1 }).faults).toEqual([
      "failed reads: 3",
    ]);
    const crowded = { ...usual, busy: 8.5 };
    expect(report({ verdict: faulty, load, delay: crowded, rowsCompared: 1 }).faults[0]).toMatch(
      /could not keep up: 8\.5 processes wanted each core at once, .*--rate/,
    );
  });

  test("fails with the first cause on top, in full, and the others below", () => {
    const faulty = { ...verdict, lost: 2, faults: ["lost: 2 writes", "the sides differ: orders"] };
    const found = report({ verdict: faulty, load, rowsCompared: 2_400 });
    expect(found.ok).toBe(false);
    const text = describeReport(found, plain);
    expect(text).toContain("lost                       !2!");
    expect(text).toContain("!FAILED, first cause:!\n  lost: 2 writes\n\nAlso:\n  the sides differ: orders");
  });

  test("fails when the run broke off, and does not claim to have checked anything", () => {
    const found = report({ rowsCompared: 0, failure: "Terraform refused:\nunknown attribute" });
    expect(found).toMatchObject({
      ok: false,
      lost: null,
      duplicated: null,
      faults: ["Terraform refused:\nunknown attribute"],
    });
    const text = describeReport(found, plain);
    expect(text).toContain("not checked");
    expect(text).toContain("  Terraform refused:\n  unknown attribute");
  });

  test("fails when a run that broke off had found nothing wrong so far", () => {
    expect(report({ verdict, load, rowsCompared: 2_400, failure: "decommission refused" }).ok).toBe(false);
  });
});
