import { describeDryRun, dryRun, type DryRun } from "../../runbook/dry-run";
import type { Plan } from "../../runbook/step";
import { bare, failing, hanging, Switches } from "./switches";
import { virtualClock } from "./virtual-clock";

const signal = new AbortController().signal;

describe("dry run", () => {
  let switches: Switches;
  beforeEach(() => (switches = new Switches()));

  const actions = (...lines: string[]) => ({ actions: () => Promise.resolve(lines) });
  const plan = (change: Partial<Plan> = {}): Plan => ({
    ...{ id: "cutover", title: "Cutover", pointOfNoReturn: "open" },
    steps: [
      bare("look"),
      switches.step("gate", actions("source: UPDATE gate", "source: COMMIT")),
      switches.step("open", actions("CALL hand_over()")),
      switches.step("edge", actions("PutKey active = target")),
    ],
    ...change,
  });
  const titles = ({ steps }: DryRun) => steps.map((step) => [step.id, step.stands, step.actions.length]);

  test("tells of each step whether it stands and what it would do, and does nothing", async () => {
    switches.on.add("gate");
    const found = await dryRun(plan(), { signal });
    expect(found).toMatchObject({ plan: "cutover", title: "Cutover", crossed: false });
    expect(titles(found)).toEqual([
      ["look", undefined, 0],
      ["gate", true, 0],
      ["open", false, 1],
      ["edge", false, 1],
    ]);
    expect(switches.log).toEqual([]);
  });

  test("past the point of no return only what comes after it would be done", async () => {
    switches.on.add("open");
    const found = await dryRun(plan(), { signal });
    expect(found.crossed).toBe(true);
    expect(titles(found)).toEqual([
      ["look", true, 0],
      ["gate", true, 0],
      ["open", true, 0],
      ["edge", false, 1],
    ]);
  });

  test("what cannot be told is named with its cause, and the rest is told all the same", async () => {
    const steps = [
      switches.step("a", { check: failing }),
      switches.step("b", { actions: failing }),
      switches.step("c", actions("do it")),
    ];
    const found = await dryRun({ id: "plan", title: "The plan", steps }, { signal });
    expect(found.steps.map(({ error, actions: lines }) => [error, lines.length])).toEqual([
      ["broken", 0],
      ["broken", 0],
      [undefined, 1],
    ]);
  });

  test("does not wait for ever, neither for a step nor for what the plan holds", async () => {
    const clock = virtualClock();
    const steps = [switches.step("a", { check: hanging, timeout: 2 ** 31 - 1 })];
    const found = await clock.settle(
      dryRun({ id: "plan", title: "The plan", steps, release: hanging }, { signal }),
    );
    clock.restore();
    expect(found).toMatchObject({ steps: [{ error: "not done within 60000 ms" }] });
  });

  test("Ctrl-C leaves the rest unasked, and says so", async () => {
    const interruption = new AbortController();
    const first = switches.step("a", { check: () => (interruption.abort(), Promise.resolve(true)) });
    const steps = [first, switches.step("b")];
    const found = await dryRun({ id: "plan", title: "The plan", steps }, { signal: interruption.signal });
    expect(found.steps[1]).toMatchObject({ error: "interrupted", actions: [] });
  });

  test("lets go of what the plan holds", async () => {
    let released = 0;
    await dryRun(plan({ release: () => Promise.resolve(void released++) }), { signal });
    expect(released).toBe(1);
  });

  test("is told as one line a step, with the point of no return between", async () => {
    switches.on.add("gate");
    const steps = [...plan().steps, switches.step("odd", { check: failing })];
    expect(describeDryRun(await dryRun(plan({ steps }), { signal }))).toBe(
      [
        "Cutover: nothing is touched, this is what would be done now",
        "  look: would only read",
        "  Step gate: stands already",
        "  Step open: would do",
        "      CALL hand_over()",
        "  ---- the point of no return: from here on nothing is undone ----",
        "  Step edge: would do",
        "      PutKey active = target",
        "  Step odd: cannot be told: broken",
      ].join("\n"),
    );
  });

  test("fails for a plan that is wrong in itself, without asking anything", async () => {
    const found = await dryRun(plan({ pointOfNoReturn: "nothing" }), { signal });
    expect(found.steps.every(({ error }) => error?.includes("none of look, gate, open, edge"))).toBe(true);
  });
});
