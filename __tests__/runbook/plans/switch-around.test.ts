import { runBegunAt } from "../../../runbook/cut-off";
import { runPlan } from "../../../runbook/engine";
import { expectedHold } from "../../../runbook/plans/expected-hold";
import { forgetSteps } from "../../../runbook/plans/forget-steps";
import { longestHold, SWITCH_LIMITS, type SwitchLimits } from "../../../runbook/plans/switch-limits";
import { switchSteps, type SwitchedWorld } from "../../../runbook/plans/switch";
import type { PlanResult } from "../../../runbook/result";
import type { Side } from "../../../runbook/side";
import type { Edge, Forgetting, JobGate, Pointer, Poolers } from "../../../runbook/world";
import { memoryJournal } from "../memory-journal";
import { SimulatedWorld } from "../simulated-world";

/** Everything around the databases: workers and schedules, names, the edge. */
describe("what a switch does around the databases", () => {
  const simulated = new SimulatedWorld({ orders: "host-list" });
  const run = (
    change: Partial<SwitchedWorld>,
    limits: Partial<SwitchLimits> = {},
    world = new SimulatedWorld({ orders: "host-list" }),
  ): Promise<PlanResult> =>
    runPlan(
      switchSteps(
        { id: "cutover", title: "cutover", to: "target" },
        { ...world.switchTo("target"), ...change },
        { steadyLag: 0, ...limits },
      ),
      { journal: world.journal(), signal: world.newProcess() },
    );

  /** A worker with something at hand: on at the source, and busy for so many looks. */
  const worker = (busy: number, on: Side[] = ["source"]) => {
    const events: string[] = [];
    const gate: JobGate = {
      name: "mailer",
      kind: "worker",
      sides: ["source", "target"],
      isOn: (side) => Promise.resolve(on.includes(side)),
      turnOff(side) {
        events.push(`off at ${side}`);
        on = on.filter((one) => one !== side);
        return Promise.resolve();
      },
      atWork: (side) => Promise.resolve(side === "source" && busy-- > 0 ? ["task 7"] : []),
      turnOn(side) {
        events.push(`on at ${side}`);
        on = [...on, side];
        return Promise.resolve();
      },
    };
    return { events, gate, isOn: () => on };
  };

  test("B6: workers are off and idle on the source before the fence, and on at the target after all else", async () => {
    const { gate, events, isOn } = worker(2);
    const result = await run({ jobs: [gate] });
    expect(result).toMatchObject({ outcome: "done", cause: undefined });
    expect(result.steps.map(({ id }) => id)).toEqual([
      ...["writer", "preflight", "jobs-off", "jobs-idle", "lag", "reverse", "ready", "handover"],
      ...["edge", "converged", "jobs-on"],
    ]);
    expect(events).toEqual(["off at source", "off at source", "on at target"]);
    expect(isOn()).toEqual(["target"]);
  });

  test("B6: what does not get idle within its time is named, turned on again, and nothing is switched", async () => {
    const { gate, isOn } = worker(Infinity);
    const result = await run({ jobs: [gate] }, { idle: 100 });
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    const idle = result.steps.find(({ id }) => id === "jobs-idle");
    expect(idle).toMatchObject({
      state: "failed",
      observations: { atWork: 1, waitingFor: "mailer: task 7" },
    });
    expect(isOn()).toEqual(["source"]);
  });

  test("fails before anything is touched when a worker is on at both sides", async () => {
    const { gate, events } = worker(0, ["source", "target"]);
    const result = await run({ jobs: [gate] });
    expect(result).toMatchObject({ outcome: "undone" });
    expect(result.cause).toMatch(/worker mailer is on at both sides: turn it off/);
    expect(events).toEqual([]);
  });

  test("B6: of a worker that is managed elsewhere on the source, the target's alone is turned", async () => {
    const { gate, events } = worker(0);
    const result = await run({ jobs: [{ ...gate, sides: ["target"] }] });
    expect(result).toMatchObject({ outcome: "done" });
    expect(events).toEqual(["on at target"]);
  });

  test("a name is upserted after the handover, and the switch goes on when every resolver agrees", async () => {
    let named: Side = "source";
    let looks = 3;
    const name: Pointer = {
      current: () => Promise.resolve(named),
      point: (side) => Promise.resolve(void (named = side)),
      probe: () =>
        Promise.resolve([
          { vantagePoint: "one", side: named },
          { vantagePoint: "two", side: looks-- > 0 ? "source" : named },
        ]),
    };
    const world = new SimulatedWorld({ orders: "host-list" });
    const [database] = world.switchTo("target").databases;
    const result = await run(
      { databases: database ? [{ ...database, endpoint: { kind: "cname", name } }] : [] },
      {},
      world,
    );
    expect(result).toMatchObject({ outcome: "done", cause: undefined });
    const ids = result.steps.map(({ id }) => id);
    expect(ids.indexOf("names")).toBeGreaterThan(ids.indexOf("handover"));
    expect(result.steps.find(({ id }) => id === "names-converged")?.observations).toMatchObject({
      points: 2,
      pointsAgreeing: 2,
      waitingFor: "two",
    });
  });

  test("D7: a pooler that was started amid a switch is led back when the switch is undone", async () => {
    let staged: Side = "source";
    const leading = new Map<string, Side>([["old", "source"]]);
    const poolers: Poolers = {
      preflight: () => Promise.resolve([]),
      stage: (side) => Promise.resolve(void (staged = side)),
      warm: () => Promise.resolve(),
      pause() {
        leading.set("new", staged);
        return Promise.reject(new Error("a client is in a transaction"));
      },
      // As they were found last: the new one is not among them before it is probed.
      release(side) {
        if (staged === side) for (const one of leading.keys()) leading.set(one, side);
        return Promise.resolve();
      },
      probe: () =>
        Promise.resolve([...leading].map(([vantagePoint, side]) => ({ vantagePoint, side, paused: false }))),
      close: () => Promise.resolve(),
    };
    const world = new SimulatedWorld({ orders: "host-list" });
    const [database] = world.switchTo("target").databases;
    const pooled = database && { ...database, endpoint: { kind: "pooler", poolers } as const };
    const result = await run({ databases: pooled ? [pooled] : [] }, {}, world);
    expect(result).toMatchObject({ outcome: "undone" });
    expect([...leading]).toEqual([
      ["old", "source"],
      ["new", "source"],
    ]);
  });

  test("B3: five measurements in a row must be low before writers are held: one that is not begins anew", async () => {
    const world = new SimulatedWorld({ orders: "host-list" });
    const [database] = world.switchTo("target").databases;
    const lags = [20, 30, 5_000, 20, 20, 20, 20, 20];
    let asked = 0;
    const measured = database && { ...database, lag: () => Promise.resolve(lags[asked++] ?? NaN) };
    expect(await run({ databases: measured ? [measured] : [] }, {}, world)).toMatchObject({
      outcome: "done",
    });
    expect(asked).toBe(lags.length);
  });

  test("D2: a dry run says each action with where it goes", async () => {
    const { gate } = worker(0);
    const plan = switchSteps(
      { id: "cutover", title: "cutover", to: "target" },
      { ...simulated.switchTo("target"), jobs: [gate] },
    );
    const context = { signal: new AbortController().signal, observe: () => undefined };
    const actions: string[] = [];
    for (const step of plan.steps) actions.push(...((await step.actions?.(context)) ?? []));
    expect(actions).toEqual([
      "turn off worker mailer on the source",
      "edge: name the target",
      "turn on worker mailer on the target",
    ]);
  });

  describe("an edge that is to forget", () => {
    /** Forgets by reference, as CloudFront does, but its first answer is lost. */
    const forgetful = (world: SimulatedWorld) => {
      const journal = memoryJournal();
      const made: string[] = [];
      const forgetting: Forgetting = {
        paths: ["/*", "/a"],
        forget(_, onChange) {
          const reference = runBegunAt("cutover", journal.entries);
          if (!made.includes(reference)) {
            made.push(reference);
            return Promise.reject(new Error("the answer was lost"));
          }
          onChange("InProgress");
          return Promise.resolve(`I${made.length}`);
        },
      };
      const switched = world.switchTo("target");
      return { made, journal, switched: { ...switched, edge: { ...(switched.edge as Edge), forgetting } } };
    };

    test("A3: it forgets once every vantage point agrees, once a run: the run that goes on makes no second one", async () => {
      const world = new SimulatedWorld({ orders: "host-list" });
      const { switched, made, journal } = forgetful(world);
      const again = () =>
        runPlan(switchSteps({ id: "cutover", title: "cutover", to: "target" }, switched, { steadyLag: 0 }), {
          journal,
          signal: world.newProcess(),
        });
      expect(await again()).toMatchObject({ outcome: "stopped", crossed: true });
      const { outcome, steps } = await again();
      expect({ outcome, made }).toEqual({ outcome: "done", made: [journal.entries[0]?.at] });
      const forgotten = steps.findIndex(({ id }) => id === "forgotten");
      expect(steps[forgotten - 1]?.id).toBe("converged");
      expect(steps[forgotten]).toMatchObject({
        title: "The edge forgets what it kept of the source",
        observations: { invalidation: "I1", seen: "InProgress" },
      });
      // Another switch is another run, and what was kept meanwhile is forgotten, too.
      await again();
      expect(new Set(made).size).toBe(2);
    });

    test("D2: a dry run names the paths", async () => {
      const [step] = forgetSteps(forgetful(simulated).switched.edge, "target");
      const context = { signal: new AbortController().signal, observe: () => undefined };
      expect(await step?.actions?.(context)).toEqual(["edge: CreateInvalidation of /* /a"]);
    });

    test("fails where no run is under way: nothing is forgotten by an order that nobody can repeat", () => {
      expect(() => runBegunAt("cutover", [])).toThrow(/no run of cutover that is under way, expected one/);
    });
  });

  test("what to expect is said of each way, and writers are held for 15 s at the very most", async () => {
    expect(longestHold(SWITCH_LIMITS)).toBe(15_000);
    const { signal } = new AbortController();
    expect(await expectedHold({ kind: "host-list" }, signal)).toMatch(/under a second/);
    const name = simulated.switchTo("target").edge as Pointer;
    expect(await expectedHold({ kind: "cname", name }, signal)).toMatch(/60 s/);
    const delay = () => Promise.resolve({ keptMs: 30_000, answerMs: 12, asked: 10 });
    expect(await expectedHold({ kind: "cname", name: { ...name, delay } }, signal)).toContain(
      "resolvers here keep the name for up to 30 s (asked 10 times, slowest answer 12 ms)",
    );
  });
});
