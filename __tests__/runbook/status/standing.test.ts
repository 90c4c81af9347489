import { cutOffRun, workloadStanding } from "../../../runbook/status/standing";
import { activeSide, type SideStatus } from "../../../runbook/status/database-status";
import type { JournalEntry } from "../../../runbook/journal";

const gate = (open: boolean) => ({ side: "source" as const, open, holds: open, epoch: 1, opened: 1 });
const subscription = { enabled: true, running: true, copying: 0, errors: 0 };
const side = (open?: boolean, joined = true): SideStatus => ({
  reachable: true,
  gate: open === undefined ? undefined : gate(open),
  subscription: joined ? subscription : undefined,
  slots: [],
});
const away: SideStatus = { reachable: false, why: "timeout" };
const database = (source: SideStatus, target: SideStatus) => ({
  name: "orders",
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
    ["switched", "complete", [database(side(false), side(true))], {}],
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

test("D6: a run that was cut off is told with its last step, one that has ended is not", () => {
  const entry = (event: JournalEntry["event"], step?: string) =>
    ({ run: 1, plan: "cutover", event, step, at: "2026-01-01T00:00:00Z" }) as JournalEntry;
  const begun = [entry("plan begun"), entry("step begun", "lag")];
  expect(cutOffRun([])).toBeUndefined();
  expect(cutOffRun(begun)).toEqual({ plan: "cutover", step: "lag", at: "2026-01-01T00:00:00Z" });
  expect(cutOffRun([...begun, entry("plan stopped")])).toMatchObject({ plan: "cutover" });
  expect(cutOffRun([...begun, entry("plan undone")])).toBeUndefined();
  expect(cutOffRun([...begun, entry("plan done")])).toBeUndefined();
});
