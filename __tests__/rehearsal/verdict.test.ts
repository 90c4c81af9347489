import type { Acknowledgement } from "../../rehearsal/load/ledger";
import type { LoadSummary } from "../../rehearsal/load/tally";
import { judge, type Evidence } from "../../rehearsal/verdict";

const HOSTS = { source: "orders.us-east-1", target: "orders.eu-west-1" } as const;

const acknowledged = (number: number, at: number, side: "source" | "target"): Acknowledgement => ({
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
  retriedWrites: 2,
  unacknowledged: 0,
  failedReads: {},
  samples: [],
  readLatency: latency,
  writeLatency: latency,
};
const evidence: Evidence = {
  ledger,
  sideOfHost: { [HOSTS.source]: "source", [HOSTS.target]: "target" },
  orders: { source: stored, target: stored },
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
    expect(faultsOf({ orders: { source: more, target: more } })).toEqual([]);
  });
});

describe("fails a run", () => {
  test("that lost an acknowledged write, or kept it under another id", () => {
    const without = stored.filter(({ key }) => key !== "k-3");
    const lost = judge({ ...evidence, orders: { source: without, target: stored } });
    expect(lost).toMatchObject({
      lost: 1,
      faults: ["lost: 1 writes (k-3) acknowledged and not on the source, the active side"],
    });
    const other = stored.map((one) => (one.key === "k-3" ? { ...one, id: "33" } : one));
    expect(judge({ ...evidence, orders: { source: other, target: other } }).lost).toBe(1);
  });

  test("whose other side lacks an acknowledged write", () => {
    const without = stored.filter(({ key }) => key !== "k-3");
    expect(faultsOf({ orders: { source: stored, target: without } })).toEqual([
      "not on both sides: 1 writes (k-3) acknowledged and not on the target",
    ]);
  });

  test("with a write that is there twice, or was answered with two ids", () => {
    const twice = [...stored, { key: "k-2", id: "22" }];
    expect(judge({ ...evidence, orders: { source: twice, target: stored } })).toMatchObject({
      duplicated: 1,
      faults: ["duplicated: 1 writes (k-2)"],
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
    expect(faultsOf(nothing)).toEqual(["no write was acknowledged: nothing was proven"]);
    expect(faultsOf({ load: { ...load, acknowledged: 6 } })).toEqual([
      "the ledger has 5 entries, the clients counted 6 acknowledgements",
    ]);
  });

  test("with a switch across which no write was seen, or with writes taken by a stranger", () => {
    expect(
      faultsOf({ switches: [{ from: "source", to: "target", startedAt: 2_300, convergenceMs: 0 }] }),
    ).toEqual(["switch from source to target: no write was acknowledged on both sides of it"]);
    const strange = ledger.map((entry) =>
      entry.key === "k-1" ? { ...entry, writtenTo: "elsewhere" } : entry,
    );
    expect(faultsOf({ ledger: strange })).toEqual([
      "writes were acknowledged by elsewhere, which is neither side's database",
    ]);
  });
});
