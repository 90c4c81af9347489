import { runPlan } from "../../runbook/engine";
import type { Lease } from "../../runbook/lease";
import type { PlanProgress } from "../../runbook/result";
import type { Plan, Step, StepContext } from "../../runbook/step";
import { memoryJournal } from "./memory-journal";
import { bare, failing, hanging, Switches } from "./switches";
import { unlosableLease } from "./unlosable-lease";
import { virtualClock } from "./virtual-clock";

/** What no linter lets through, and any library may do. */
async function rejectedWith(thrown: unknown): Promise<never> {
  await Promise.resolve();
  throw thrown;
}

describe("engine, disturbed", () => {
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

  test("work that has not heard of its end in time is left behind, and what it answers later begins nothing", async () => {
    let answer: (stands: boolean) => void = () => undefined;
    const late = switches.step("b", {
      check: () => new Promise((resolve) => (answer = resolve)),
      timeout: 20,
    });
    const result = await run([switches.step("a"), late]);
    expect(result).toMatchObject({ outcome: "undone", cause: "Step b: not done within 20 ms" });
    answer(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(switches.log).not.toContain("run b");
    expect(journal.entries.at(-1)?.event).toBe("plan undone");
  });

  test("Ctrl-C while a step's beginning is written: it is not run any more", async () => {
    const interruption = new AbortController();
    const append = journal.append.bind(journal);
    journal.append = async (...notes) => {
      await append(...notes);
      if (notes.some(({ step, event }) => step === "a" && event === "step begun")) interruption.abort();
    };
    const result = await run([switches.step("a")], {}, interruption.signal);
    expect(result.outcome).toBe("undone");
    expect(switches.log).toEqual(["undo a"]);
  });

  describe("and its lease", () => {
    const ending = (): AbortController => new AbortController();
    const leased = (signals: Partial<Lease>): void => {
      journal = memoryJournal([], { ...unlosableLease(), ...signals });
    };

    test("about to be lost before the point of no return: takes back, as for Ctrl-C", async () => {
      const end = ending();
      leased({ ending: end.signal });
      const b = switches.step("b", {
        run: () => switches.does("run b", () => end.abort(new Error("the lease is about to be lost"))),
      });
      const result = await run([switches.step("a"), b, switches.step("c")]);
      expect(result).toMatchObject({ outcome: "undone", cause: "Step c: the lease is about to be lost" });
      expect(switches.on.size).toBe(0);
    });

    test("about to be lost after the point of no return: stops", async () => {
      const end = ending();
      leased({ ending: end.signal });
      const open = switches.step("open", {
        run: () => switches.does("run open", () => (switches.on.add("open"), end.abort(new Error("ending")))),
      });
      const result = await run([open, switches.step("edge")], { pointOfNoReturn: "open" });
      expect(result).toMatchObject({ outcome: "stopped", crossed: true, cause: "Step edge: ending" });
      expect(switches.log.some((line) => line.startsWith("undo"))).toBe(false);
    });

    test("lost while it takes back: does nothing more, and says why", async () => {
      const end = ending();
      leased({ ending: end.signal, lost: end.signal });
      const steps = ["a", "b"].map((id) => switches.step(id));
      const c = switches.step("c", {
        run: failing,
        undo: () => switches.does("undo c", () => end.abort(new Error("somebody else has taken it"))),
      });
      const result = await run([...steps, c]);
      expect(result).toMatchObject({
        outcome: "stopped",
        stands: "nothing more is done: somebody else has taken it",
      });
      expect(switches.log.filter((line) => line.startsWith("undo"))).toEqual(["undo c"]);
    });
  });

  describe("and what is beside the plan", () => {
    test("a listener that throws disturbs nothing, and is told as a warning", async () => {
      const plan: Plan = { id: "plan", title: "The plan", steps: [switches.step("a")] };
      const onProgress = (): never => {
        throw new Error("EPIPE");
      };
      const result = await runPlan(plan, { journal, signal: new AbortController().signal, onProgress });
      expect(result).toMatchObject({ outcome: "done", warnings: ["progress could not be told: EPIPE"] });
    });

    test("connections that cannot be closed are told as a warning", async () => {
      const result = await run([switches.step("a")], { release: failing });
      expect(result).toMatchObject({ outcome: "done", warnings: ["not everything was let go of: broken"] });
    });

    test("a journal that hangs does not keep it from taking back, and is told as a warning", async () => {
      const clock = virtualClock();
      const append = journal.append.bind(journal);
      let isHanging = false;
      journal.append = (...notes) => (isHanging ? hanging() : append(...notes));
      const waits: number[] = [];
      const b = switches.step("b", { run: () => ((isHanging = true), failing()) });
      const a = switches.step("a", {
        undo: () => switches.does("undo a", () => waits.push(clock.now())),
      });
      const result = await clock.settle(run([a, b]));
      clock.restore();
      expect(result).toMatchObject({
        outcome: "undone",
        warnings: [expect.stringContaining("not done within 5000 ms")],
      });
      expect(waits).toEqual([0]);
    });

    test("a beginning that could not be written is not written later either, and what waited for it is", async () => {
      const append = journal.append.bind(journal);
      journal.append = (...notes) =>
        notes.some(({ step, event }) => step === "b" && event === "step begun")
          ? Promise.reject(new Error("EIO"))
          : append(...notes);
      const result = await run([switches.step("a"), switches.step("b")]);
      expect(result).toMatchObject({ outcome: "undone", warnings: [] });
      expect(journal.entries.map(({ event, step }) => [event, step].filter(Boolean).join(" "))).toEqual([
        ...["plan begun", "step begun a", "step done a", "step failed b", "step undone b", "step undone a"],
        "plan undone",
      ]);
    });

    test.each([undefined, null, "a text", { name: "AbortError" }])(
      "a step that throws %p fails like any other",
      async (thrown) => {
        const result = await run([switches.step("a", { run: () => rejectedWith(thrown) })]);
        expect(result.outcome).toBe("undone");
        expect(result.cause).toMatch(/^Step a: (undefined|null|a text|interrupted)$/);
      },
    );
  });

  test("a step that takes long tells what it observes, at most once a second, and never after its end", async () => {
    const clock = virtualClock();
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    let observeLate: StepContext["observe"] = () => undefined;
    const copy = switches.step("copy", {
      timeout: 60_000,
      async run(context) {
        observeLate = (key, value) => context.observe(key, value);
        for (let left = 30; left > 0; left--) {
          context.observe("tablesToCopy", left);
          await wait(100);
        }
        switches.on.add("copy");
      },
    });
    const result = await clock.settle(run([copy]));
    observeLate("tablesToCopy", 99);
    await clock.settle(wait(5_000));
    clock.restore();
    const observed = progress.filter(({ event }) => event === "observed");
    expect(observed.length).toBeGreaterThanOrEqual(2);
    expect(observed.length).toBeLessThanOrEqual(3);
    expect(observed.map(({ observations }) => observations?.tablesToCopy)).not.toContain(99);
    expect(result).toMatchObject({ steps: [{ observations: { tablesToCopy: 1 } }] });
  });

  test.each<[string, readonly Step[], Partial<Plan>, string]>([
    ["two steps of one name", [bare("a"), bare("a")], {}, 'two steps are called "a"'],
    ["an unknown point of no return", [bare("a")], { pointOfNoReturn: "b" }, "which is none of a"],
    [
      "a point of no return that cannot be asked",
      [bare("a")],
      { pointOfNoReturn: "a" },
      "needs check and undo",
    ],
    ["no timeout", [{ ...bare("a"), timeout: 0 }], {}, "a timeout of 0 ms"],
    ["a timeout that no timer can wait for", [{ ...bare("a"), timeout: 2 ** 31 }], {}, "at most 2147483647"],
    ["a timeout that is no number", [{ ...bare("a"), timeout: NaN }], {}, "a timeout of NaN ms"],
  ])("fails for a plan with %s, before anything is begun", async (_, steps, change, message) => {
    const result = await run(steps, change);
    expect(result).toMatchObject({ outcome: "stopped", cause: expect.stringContaining(message) as string });
    expect(journal.entries).toEqual([]);
  });
});
