import type { Acknowledgement } from "../../rehearsal/load/ledger";
import type { LoadSummary } from "../../rehearsal/load/tally";
import type { DatabaseEvidence } from "../../rehearsal/database-verdict";
import { judge, type Evidence } from "../../rehearsal/verdict";

const HOSTS = { source: "orders.us-east-1", target: "orders.eu-west-1" } as const;

const acknowledged = (number: number, at: number, side: "source" | "target"): Acknowledgement => ({
  database: "orders",
  key: `k-${number}`,
  id: String(number),
  writtenTo: HOSTS[side],
  at,
});
const ledger = [
  acknowledged(1, 100, "source"),
  acknowledged(2, 950, "source"),
  acknowledged(3, 1_270, "target"),
  acknowledged(4, 1_900, "target"),
  acknowledged(5, 2_400, "source"),
];
const stored = ledger.map(({ key, id }) => ({ key, id }));
const latency = { p50: 1, p95: 2, p99: 3, max: 4 };
const load: LoadSummary = {
  reads: 10,
  writes: 5,
  acknowledged: 5,
  failedWrites: { "503": 2 },
  failedWritesOf: { orders: { "503": 2 } },
  retriedWrites: 2,
  unacknowledged: 0,
  failedReads: {},
  samples: [],
  readLatency: latency,
  writeLatency: latency,
};
function holding(orders: DatabaseEvidence["orders"]): Pick<Evidence, "databases"> {
  return { databases: [{ name: "orders", strategy: "logical", discovery: "host-list", orders }] };
}
const evidence: Evidence = {
  ledger,
  sideOfServer: { [HOSTS.source]: "source", [HOSTS.target]: "target" },
  ...holding({ source: stored, target: stored }),
  work: { shippedFrom: [], shipped: [], shifts: [] },
  load,
  switches: [
    { from: "source", to: "target", startedAt: 900, convergenceMs: 5_000 },
    { from: "target", to: "source", startedAt: 2_000, convergenceMs: 4_000 },
  ],
  active: "source",
  differences: [],
  planned: [],
};
const faultsOf = (changes: Partial<Evidence>) => judge({ ...evidence, ...changes }).faults;

describe("A5: the judgement", () => {
  test("finds nothing wrong with a run in which every acknowledged write stands once on both sides", () => {
    expect(judge(evidence)).toMatchObject({ acknowledged: 5, lost: 0, duplicated: 0, faults: [] });
  });

  test("measures each hold from the last acknowledgement on one side to the first on the other", () => {
    expect(judge(evidence).switches).toEqual([
      { from: "source", to: "target", convergenceMs: 5_000, holdMs: 320 },
      { from: "target", to: "source", convergenceMs: 4_000, holdMs: 500 },
    ]);
  });

  test("is at peace with orders that were never acknowledged, and with failed tries of writes", () => {
    const more = [...stored, { key: "k-99", id: "99" }];
    expect(faultsOf(holding({ source: more, target: more }))).toEqual([]);
  });
});

describe("B6: what ran in the background", () => {
  const shipped = ledger.map(({ database, key }) => ({ database, key }));
  const work = { shippedFrom: ["orders"], shipped, shifts: [] };
  const shift = (side: "source" | "target", from: number, until: number) => ({
    name: "mailer",
    side,
    from,
    until,
  });

  test("did every job once, first on one side and then on the other", () => {
    const shifts = [shift("source", 0, 900), shift("target", 1_300, 2_000), shift("source", 2_400, 3_000)];
    expect(judge({ ...evidence, work: { ...work, shifts } })).toMatchObject({
      ...{ jobsDone: 5, jobsDoneTwice: 0, jobsLost: 0, faults: [] },
    });
  });

  test("is of no concern in a database whose orders nobody ships", () => {
    expect(faultsOf({ work: { ...work, shippedFrom: ["other"], shipped: [] } })).toEqual([]);
  });

  test("fails a run with a job done twice, a job never done, and a worker at work on both sides", () => {
    const [first, , ...others] = shipped;
    const twice = { ...work, shipped: [first!, first!, ...others] };
    const shifts = [shift("source", 0, 1_000), shift("target", 999, 2_000)];
    expect(judge({ ...evidence, work: { ...twice, shifts } })).toMatchObject({
      ...{ jobsDone: 4, jobsDoneTwice: 1, jobsLost: 1 },
      faults: [
        "done twice: 1 jobs (orders/k-1)",
        "never done: 1 jobs (orders/k-2), whose orders were acknowledged",
        "mailer was at work on both sides at once",
      ],
    });
  });
});

describe("several databases", () => {
  test("are judged each by its own part of the ledger, and the longest hold is the switch's", () => {
    const second = ledger.map((entry) => ({
      ...entry,
      database: "ledger",
      at: entry.at + (entry.key === "k-3" ? 100 : 0),
    }));
    const found = judge({
      ...evidence,
      ledger: [...ledger, ...second],
      databases: [
        ...evidence.databases,
        {
          ...evidence.databases[0]!,
          name: "ledger",
          discovery: "pooler",
          orders: { source: [], target: stored },
        },
      ],
      load: { ...load, acknowledged: 10 },
    });
    expect(found.databases).toMatchObject([
      { name: "orders", discovery: "host-list", lost: 0, failedWrites: 2, holdsMs: [320, 500] },
      { name: "ledger", discovery: "pooler", lost: 5, failedWrites: 0, holdsMs: [420, 500] },
    ]);
    expect(found.switches.map(({ holdMs }) => holdMs)).toEqual([420, 500]);
    expect(found.faults[0]).toMatch(/^lost: 5 writes .* of ledger acknowledged/);
  });
});

describe("fails a run", () => {
  test("that lost an acknowledged write, or kept it under another id", () => {
    const without = stored.filter(({ key }) => key !== "k-3");
    const lost = judge({ ...evidence, ...holding({ source: without, target: stored }) });
    expect(lost).toMatchObject({
      lost: 1,
      faults: ["lost: 1 writes (k-3) of orders acknowledged and not on the source, the active side"],
    });
    const other = stored.map((one) => (one.key === "k-3" ? { ...one, id: "33" } : one));
    expect(judge({ ...evidence, ...holding({ source: other, target: other }) }).lost).toBe(1);
  });

  test("whose other side lacks an acknowledged write", () => {
    const without = stored.filter(({ key }) => key !== "k-3");
    expect(faultsOf(holding({ source: stored, target: without }))).toEqual([
      "not on both sides: 1 writes (k-3) of orders acknowledged and not on the target",
    ]);
  });

  test("with a write that is there twice, or was answered with two ids", () => {
    const twice = [...stored, { key: "k-2", id: "22" }];
    expect(judge({ ...evidence, ...holding({ source: twice, target: stored }) })).toMatchObject({
      duplicated: 1,
      faults: ["duplicated: 1 writes (k-2) of orders"],
    });
    const again = [...ledger, { ...acknowledged(2, 2_500, "source"), id: "22" }];
    expect(judge({ ...evidence, ledger: again })).toMatchObject({ duplicated: 1, lost: 1 });
  });

  test("with sides that differ, failed reads, writes given up, and a deploy that would change something", () => {
    const faults = faultsOf({
      differences: ["orders: order_lines: 3 rows on the source, 2 on the target"],
      load: {
        ...load,
        failedReads: { "503": 2 },
        unacknowledged: 1,
        samples: ["write failed: 503: x", "read failed: 503: y"],
      },
      planned: ["aws_cloudfront_function.router (update)"],
    });
    expect(faults).toEqual([
      "the sides differ: orders: order_lines: 3 rows on the source, 2 on the target",
      "failed reads: 2; read failed: 503: y",
      "writes given up: 1; write failed: 503: x",
      "the deploy after the switch would change aws_cloudfront_function.router (update)",
    ]);
  });

  test("that proved nothing, or whose ledger and clients disagree", () => {
    const nothing = { ledger: [], switches: [], load: { ...load, acknowledged: 0 } };
    expect(faultsOf(nothing)).toEqual(["no write to orders was acknowledged: nothing was proven"]);
    expect(faultsOf({ load: { ...load, acknowledged: 6 } })).toEqual([
      "the ledger has 5 entries, the clients counted 6 acknowledgements",
    ]);
  });

  test("with a switch across which no write was seen, or with writes taken by a stranger", () => {
    expect(
      faultsOf({ switches: [{ from: "source", to: "target", startedAt: 2_300, convergenceMs: 0 }] }),
    ).toEqual(["switch from source to target: no write to orders was acknowledged on both sides of it"]);
    const strange = ledger.map((entry) =>
      entry.key === "k-1" ? { ...entry, writtenTo: "elsewhere" } : entry,
    );
    expect(faultsOf({ ledger: strange })).toEqual([
      "writes were acknowledged by elsewhere, which is neither side's database",
    ]);
  });
});
