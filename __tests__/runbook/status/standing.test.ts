import { lastCutOff, workloadStanding } from "../../../runbook/status/standing";
import { activeSide, type SideStatus } from "../../../runbook/status/database-status";
import type { JournalEntry } from "../../../runbook/journal";
import type { Strategy } from "../../../runbook/world";
import type { SlotStatus } from "../../../runbook/status/slots";

const gate = (open: boolean) => ({ side: "source" as const, open, holds: open, epoch: 1, opened: 1 });
const subscription = { enabled: true, running: true, copying: 0 };
const slot: SlotStatus = {
  ...{ name: "relocate_to_target_orders", isActive: true, retainedBytes: 0, behindBytes: 0 },
  verdict: "ok",
};
const side = (
  open?: boolean,
  joined = true,
  slots: SlotStatus[] = [slot],
  version = 180_000,
): SideStatus => ({
  reachable: true,
  version,
  gate: open === undefined ? undefined : gate(open),
  subscription: joined ? subscription : undefined,
  slots,
});
const away: SideStatus = { reachable: false, why: "timeout" };
const database = (source: SideStatus, target: SideStatus, strategy: Strategy = "logical") => ({
  ...{ name: "orders", strategy },
  source,
  target,
  active: activeSide({ source, target }),
});

describe("the active side is what the gates say", () => {
  test.each([
    ["source", side(true), side(false)],
    ["target", side(false), side(true)],
    ["both", side(true), side(true)],
    ["none", side(false), side(false)],
    ["ungated", side(), side()],
    ["source, though the target is away", side(true), away],
    ["unknown, as the other one is away", side(false), away],
    ["unknown, as both are away", away, away],
  ])("%s", (expected, source, target) => expect(activeSide({ source, target })).toBe(expected.split(",")[0]));
});

describe("where a relocation stands", () => {
  test.each([
    ["not started", "start", [database(side(), side())], {}],
    ["replicating", "verify", [database(side(true), side(false))], {}],
    ["replicating", "start", [database(side(true), side(false, false))], {}],
    ["replicating", "verify", [database(side(true, false, []), side(undefined, false), "physical")], {}],
    ["replicating", "abort", [database(side(true, true, []), side(false), "physical")], {}],
    ["replicating", "abort", [database(side(true, true, []), side(false))], {}],
    ["replicating", "abort", [database(side(true, true, [{ ...slot, walStatus: "lost" }]), side(false))], {}],
    ["switched", "complete", [database(side(false), side(true))], {}],
    // A version that has one direction at a time.
    ["replicating", "verify", [database(side(true, false, [slot], 150_000), side(false))], {}],
    ["replicating", "start", [database(side(true, true, [slot], 150_000), side(false, false))], {}],
    ["under way", "cutover", [database(side(false), side(false))], {}],
    ["cannot be told", "status", [database(away, side(false))], {}],
    ["cannot be told", undefined, [database(side(true), side(true))], {}],
    ["completed", undefined, [database(side(), side())], { completedAt: "2026-01-01T00:00:00Z" }],
    ["mixed", "cutover", [database(side(true), side(false)), database(side(false), side(true))], {}],
    [
      "under way",
      "rollback",
      [database(side(true), side(false))],
      { cutOff: { plan: "rollback", step: "edge", at: "2026-01-01T00:00:00Z" } },
    ],
  ] as const)("%s, next %s", (phase, next, databases, known) => {
    const found = workloadStanding(databases, known);
    expect({ phase: found.phase, next: found.next }).toEqual({ phase, next });
  });
});

test("D6: the way back is open where rows go back, though a version that has one direction at a time brings none forth", () => {
  const wayBack = (source: SideStatus, target: SideStatus) =>
    workloadStanding([database(source, target)], {}).wayBack;
  expect(wayBack(side(false, true, [], 150_000), side(true, false))).toContain("relocate rollback");
  expect(wayBack(side(false, false, [], 150_000), side(true, false))).toContain("none without losing");
  expect(wayBack(side(false), side(true, false))).toContain("none without losing");
});

test("D6: a run that was cut off is told with its last step, one that has ended is not", () => {
  const entry = (event: JournalEntry["event"], step?: string) =>
    ({ run: 1, plan: "cutover", event, step, at: "2026-01-01T00:00:00Z" }) as JournalEntry;
  const begun = [entry("plan begun"), entry("step begun", "lag")];
  expect(lastCutOff([])).toBeUndefined();
  expect(lastCutOff(begun)).toEqual({ plan: "cutover", step: "lag", at: "2026-01-01T00:00:00Z" });
  expect(lastCutOff([...begun, entry("plan stopped")])).toMatchObject({ plan: "cutover" });
  expect(lastCutOff([...begun, entry("plan undone")])).toBeUndefined();
  expect(lastCutOff([...begun, entry("plan done")])).toBeUndefined();
});

describe("D6: what was left half way is told, also when something else ran since", () => {
  const run = (number: number, plan: string, ...events: (JournalEntry["event"] | `begun ${string}`)[]) =>
    ["plan begun" as const, ...events].map((event) => {
      const [, step] = /^begun (.*)$/.exec(event) ?? [];
      const at = `2026-01-0${number}T00:00:00Z`;
      return {
        run: number,
        plan,
        at,
        event: step === undefined ? event : "step begun",
        step,
      } as JournalEntry;
    });
  const cutOver = run(1, "cutover", "begun lag");
  test.each([
    ["a drill", run(2, "drill", "begun copy", "plan done"), "cutover"],
    ["a drill that was cut off, too", run(2, "drill", "begun copy"), "cutover"],
    ["a watch", run(2, "watch", "begun slots", "plan done"), "cutover"],
    ["a start that ended", run(2, "start", "begun schema", "plan done"), "cutover"],
    ["a start that was cut off, too", run(2, "start", "begun schema"), "start"],
    ["a rollback that never began anything", run(2, "rollback", "plan stopped"), "cutover"],
    ["a rollback beyond its point of no return", run(2, "rollback", "crossed", "plan done"), undefined],
    ["an abort", run(2, "abort", "begun reverse", "plan done"), undefined],
    [
      "an abort, and a start that was cut off",
      [...run(2, "abort", "plan done"), ...run(3, "start", "begun schema")],
      "start",
    ],
  ])("%s", (_, since, plan) => expect(lastCutOff([...cutOver, ...since])?.plan).toBe(plan));
});
