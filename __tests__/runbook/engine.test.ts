import { CannotUndo } from "../../runbook/attempt";
import { runPlan } from "../../runbook/engine";
import type { PlanProgress } from "../../runbook/result";
import type { Plan, Step, StepContext } from "../../runbook/step";
import { memoryJournal } from "./memory-journal";
import { failing, hanging, states, Switches } from "./switches";

describe("engine", () => {
  let switches: Switches;
  let journal: ReturnType<typeof memoryJournal>;
  let progress: PlanProgress[];
  beforeEach(() => {
    switches = new Switches();
    journal = memoryJournal();
    progress = [];
  });

  const run = (steps: readonly Step[], change: Partial<Plan> = {}, signal = new AbortController().signal) =>
    runPlan(
      { id: "plan", title: "The plan", steps, ...change },
      { journal, signal, onProgress: (line) => progress.push(line) },
    );

  test("runs and verifies each step in order, and journals it before and after", async () => {
    const observing = switches.step("b", {
      run: (context: StepContext) => {
        context.observe("lagMs", 7);
        return switches.does("run b", () => switches.on.add("b"));
      },
    });
    const result = await run([switches.step("a"), observing]);
    expect(result).toMatchObject({ outcome: "done", crossed: false, resumed: false });
    expect(switches.log).toEqual(["run a", "verify a", "run b", "verify b"]);
    expect(result.steps[1]).toMatchObject({ state: "done", already: false, observations: { lagMs: 7 } });
    expect(journal.entries.map(({ event, step }) => [event, step].filter(Boolean).join(" "))).toEqual([
      "plan begun",
      "step begun a",
      "step done a",
      "step begun b",
      "step done b",
      "plan done",
    ]);
    expect(progress.map(({ event, step }) => `${event} ${step}`)).toEqual([
      "begun a",
      "done a",
      "begun b",
      "done b",
    ]);
  });

  test("a step whose effect stands already is neither run nor ever undone by this run", async () => {
    switches.on.add("a");
    const result = await run([switches.step("a"), switches.step("b", { run: failing })]);
    expect(result.outcome).toBe("undone");
    expect(switches.log).toEqual(["undo b"]);
    expect(switches.on.has("a")).toBe(true);
  });

  test.each<[string, Partial<Step>, string]>([
    ["check", { check: failing }, "broken"],
    ["run", { run: failing }, "broken"],
    ["verify", { verify: failing }, "broken"],
    ["the deadline", { run: hanging, timeout: 20 }, "not done within 20 ms"],
  ])("D7: a failure of %s undoes every begun step in reverse", async (_, change, message) => {
    const result = await run([
      switches.step("a"),
      switches.step("b"),
      switches.step("c", change),
      switches.step("d"),
    ]);
    expect(result).toMatchObject({ outcome: "undone", cause: `Step c: ${message}` });
    expect(states(result)).toEqual(["a undone", "b undone", "c failed", "d not reached"]);
    expect(switches.log.filter((line) => line.startsWith("undo")).slice(-2)).toEqual(["undo b", "undo a"]);
    expect(switches.on.size).toBe(0);
    expect(journal.entries.at(-1)?.event).toBe("plan undone");
  });

  test("D6: Ctrl-C before the point of no return undoes, with a signal of its own", async () => {
    const interruption = new AbortController();
    let duringUndo: boolean | undefined;
    const result = await run(
      [
        switches.step("a", {
          undo: ({ signal }) => switches.does("undo a", () => (duringUndo = signal.aborted)),
        }),
        switches.step("b", {
          run: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener("abort", () => reject(new Error("connection closed")));
              interruption.abort();
            }),
        }),
      ],
      {},
      interruption.signal,
    );
    expect(result).toMatchObject({ outcome: "undone", cause: "Step b: interrupted" });
    expect(duringUndo).toBe(false);
  });

  test("an undo that fails is tried again until it succeeds", async () => {
    let tries = 0;
    const result = await run([
      switches.step("a", { undo: () => (++tries < 3 ? failing() : Promise.resolve()) }),
      switches.step("b", { run: failing }),
    ]);
    expect(result.outcome).toBe("undone");
    expect(tries).toBe(3);
  });

  test("an undo that never succeeds stops the plan, says so, and leaves what was begun before it", async () => {
    const result = await run([
      switches.step("a"),
      switches.step("b", { undo: failing, timeout: 300 }),
      switches.step("c", { run: failing }),
    ]);
    expect(result.outcome).toBe("stopped");
    expect(result.stands).toContain('"Step b" could not be taken back');
    expect(result.steps[1]).toMatchObject({ state: "failed", error: "not undone: broken" });
    expect(switches.on.has("a")).toBe(true);
    expect(journal.entries.at(-1)?.event).toBe("plan stopped");
  });

  test("after the point of no return nothing is undone, and the same command goes on", async () => {
    const steps = (last: Partial<Step>): Step[] => [
      switches.step("a"),
      switches.step("open"),
      switches.step("edge", last),
    ];
    const change = { pointOfNoReturn: "open" };
    const first = await run(steps({ run: failing }), change);
    expect(first).toMatchObject({ outcome: "stopped", crossed: true, cause: "Step edge: broken" });
    expect(switches.log.some((line) => line.startsWith("undo"))).toBe(false);
    expect(progress.map(({ event }) => event)).toContain("crossed");
    const second = await run(steps({}), change);
    expect(second).toMatchObject({ outcome: "done", crossed: true, resumed: true });
    expect(second.steps.slice(0, 2)).toMatchObject([{ already: true }, { already: true }]);
  });

  test("the point of no return failed, but its effect stands: the plan goes on", async () => {
    const open = switches.step("open", {
      run: () => {
        switches.on.add("open");
        return failing();
      },
    });
    const result = await run([switches.step("a"), open, switches.step("edge")], { pointOfNoReturn: "open" });
    expect(result).toMatchObject({ outcome: "done", crossed: true });
    expect(switches.on.has("edge")).toBe(true);
  });

  test("the point of no return failed and provably has no effect: undone, itself first", async () => {
    const open = switches.step("open", { run: failing });
    const result = await run([switches.step("a"), open], { pointOfNoReturn: "open" });
    expect(result).toMatchObject({ outcome: "undone", crossed: false });
    expect(switches.log.filter((line) => line.startsWith("undo"))).toEqual(["undo open", "undo a"]);
  });

  test("the outcome of the point of no return is unknown: nothing more is done until the world answers", async () => {
    let asked = 0;
    const open = switches.step("open", {
      run: failing,
      check: () => (++asked === 1 ? Promise.resolve(false) : failing()),
    });
    const result = await run([switches.step("a"), open], { pointOfNoReturn: "open" });
    expect(result).toMatchObject({ outcome: "stopped", crossed: false });
    expect(result.stands).toContain('whether "Step open" stands could not be settled (broken)');
    expect(switches.log.some((line) => line.startsWith("undo"))).toBe(false);
  });

  test("the point of no return turns out to stand while it is taken back: nothing else is taken back", async () => {
    const open = switches.step("open", {
      run: failing,
      undo: () => Promise.reject(new CannotUndo("open after all")),
    });
    const result = await run([switches.step("a"), open], { pointOfNoReturn: "open" });
    expect(result.outcome).toBe("stopped");
    expect(switches.on.has("a")).toBe(true);
  });

  test("nothing is begun when the point of no return cannot be asked", async () => {
    const open = switches.step("open", { check: failing });
    const result = await run([switches.step("a"), open], { pointOfNoReturn: "open" });
    expect(result).toMatchObject({ outcome: "stopped", cause: "Step open: cannot be asked: broken" });
    expect(states(result)).toEqual(["a not reached", "open not reached"]);
    expect(switches.log).toEqual([]);
  });

  test("what stands beyond the point of no return is believed without a journal", async () => {
    switches.on.add("open");
    const result = await run([switches.step("a"), switches.step("open"), switches.step("edge")], {
      pointOfNoReturn: "open",
    });
    expect(result.outcome).toBe("done");
    expect(switches.log).toEqual(["run edge", "verify edge"]);
  });

  test.each(["a", "b", "c"])(
    "a run whose process died in step %s is taken up again, and undone as a whole",
    async (id) => {
      const end = new AbortController();
      const dying = runPlan(
        {
          id: "plan",
          title: "The plan",
          steps: ["a", "b", "c"].map((name) =>
            switches.step(name, name === id ? { verify: hanging, timeout: 2 ** 30 } : {}),
          ),
        },
        { journal, signal: end.signal },
      );
      await Promise.race([dying, new Promise((resolve) => setImmediate(resolve))]);
      switches.log.length = 0;
      const steps = ["a", "b", "c"].map((name) => switches.step(name));
      const result = await run([...steps, switches.step("d", { run: failing })]);
      expect(result).toMatchObject({ outcome: "undone", resumed: true });
      expect(switches.on.size).toBe(0);
      end.abort();
      await dying;
    },
  );

  test("a plan that ended is run anew, and one of another name is not taken up", async () => {
    await run([switches.step("a")]);
    const again = await run([switches.step("a")]);
    expect(again).toMatchObject({ outcome: "done", resumed: false });
    expect(again.steps[0]).toMatchObject({ already: true });
    await run([switches.step("b", { run: failing, undo: failing, timeout: 100 })], { id: "other" });
    expect((await run([switches.step("a")])).resumed).toBe(false);
    expect(journal.entries.map((entry) => entry.run).at(-1)).toBe(4);
  });

  test("a journal that cannot be written begins nothing, but takes back what was begun", async () => {
    const filling = switches.step("b", {
      run: () => switches.does("run b", () => switches.on.add("b") && (journal.full = true)),
    });
    const result = await run([switches.step("a"), filling, switches.step("c")]);
    expect(result).toMatchObject({ outcome: "undone" });
    expect(result.cause).toMatch(/^Step c: the journal cannot be written: ENOSPC/);
    expect(switches.on.size).toBe(0);
    expect(switches.log).not.toContain("run c");
    const full = { ...memoryJournal(), append: () => Promise.reject(new Error("ENOSPC")) };
    const plan = { id: "plan", title: "The plan", steps: [switches.step("a")] };
    const unwritten = await runPlan(plan, { journal: full, signal: new AbortController().signal });
    expect(unwritten).toMatchObject({ outcome: "stopped", cause: "the journal cannot be written: ENOSPC" });
    expect(states(unwritten)).toEqual(["a not reached"]);
  });

  test("a run that was cut off is taken up even after another plan was tried and undone", async () => {
    const broken = switches.step("b", { run: failing, undo: failing, timeout: 100 });
    await run([switches.step("a"), broken]);
    expect((await run([switches.step("c", { run: failing })], { id: "other" })).outcome).toBe("undone");
    const again = await run([switches.step("a"), switches.step("b"), switches.step("d", { run: failing })]);
    expect(again).toMatchObject({ outcome: "undone", resumed: true });
    expect(switches.on.size).toBe(0);
  });

  test("lets go of what the plan holds, however it ended", async () => {
    let released = 0;
    const release = () => Promise.resolve(void released++);
    await run([switches.step("a")], { release });
    await run([switches.step("b", { run: failing })], { release });
    expect(released).toBe(2);
  });
});
