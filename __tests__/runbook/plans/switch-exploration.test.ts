import { runPlan } from "../../../runbook/engine";
import { switchSteps } from "../../../runbook/plans/switch";
import type { PlanResult } from "../../../runbook/result";
import type { Side } from "../../../runbook/side";
import { SimulatedWorld, type Fault, type FaultKind } from "../simulated-world";

const KINDS: readonly FaultKind[] = [
  "refused",
  "unanswered",
  "hangs",
  "late",
  "half",
  "crash before",
  "crash after",
  "interrupt",
];
/** How much later a late call arrives: at once, in the middle of what is undone, in the middle of the next run. */
const DELAYS = [1, 3, 8, 14];

/** Every fault at this call. */
const faultsAt = (call: number): Fault[] =>
  KINDS.flatMap((kind) =>
    kind === "late" || kind === "half"
      ? DELAYS.map((delay) => ({ call, kind, delay }))
      : [{ call, kind, delay: 0 }],
  );

/** One command of the operator, until it ends or its process dies. Time passes only when everything waits. */
async function command(world: SimulatedWorld, to: Side): Promise<PlanResult | "dead"> {
  const signal = world.newProcess();
  const id = to === "target" ? "cutover" : "rollback";
  const plan = switchSteps({ id, title: id, to }, world.switchTo(to), world.edge());
  const ended = Promise.race([runPlan(plan, { journal: world.journal(), signal }), world.death]);
  let result: PlanResult | "dead" | undefined;
  void ended.then((value) => (result = value));
  for (let hours = 0; ; hours++) {
    if (hours > 5_000) throw new Error("the command hangs");
    for (let turn = 0; turn < 200 && result === undefined; turn++) await Promise.resolve();
    if (result !== undefined) break;
    await jest.advanceTimersByTimeAsync(5_000);
  }
  jest.clearAllTimers();
  return result;
}

/** The same command again and again, as the result tells the operator to. */
async function untilSettled(world: SimulatedWorld, to: Side): Promise<PlanResult> {
  let last: PlanResult | "dead" = "dead";
  for (let tries = 0; tries < 6; tries++) {
    last = await command(world, to);
    if (last !== "dead" && last.outcome !== "stopped") return last;
  }
  throw new Error(`the same command has not come to an end: ${JSON.stringify(last)}`);
}

interface Exploration {
  readonly names: readonly string[];
  readonly faults: readonly Fault[];
  /** What the operator tries first when the command was cut off. */
  readonly next: "the same" | "the opposite";
}

/** A cutover under faults, mended as an operator would, then a rollback. @returns findings and the number of calls */
async function explore(
  exploration: Exploration,
): Promise<{ findings: string[]; world: SimulatedWorld; wasCutOff: boolean }> {
  const world = new SimulatedWorld(exploration.names, exploration.faults);
  const [done] = await Promise.allSettled([live(exploration, world)]);
  const findings =
    done.status === "fulfilled" ? done.value : [`${JSON.stringify(exploration)}: ${String(done.reason)}`];
  return { findings, world };
}

async function live(
  { names, faults, next }: Exploration,
  world: SimulatedWorld,
): Promise<{ findings: string[]; wasCutOff: boolean }> {
  const findings: string[] = [];
  const expect_ = (holds: boolean, what: string): void => {
    if (!holds) findings.push(`${JSON.stringify({ names, faults, next })}: ${what}`);
  };
  const first = await command(world, "target");
  const wasCutOff = first === "dead" || first.outcome === "stopped";
  if (wasCutOff && next === "the opposite") await command(world, "source");
  if (wasCutOff) {
    const settled = await untilSettled(world, "target");
    expect_(
      world.writer() === (settled.outcome === "done" ? "target" : "source"),
      `${settled.outcome}, writer ${world.writer()}`,
    );
  } else {
    expect_(
      world.writer() === (first.outcome === "done" ? "target" : "source"),
      `${first.outcome}, writer ${world.writer()}`,
    );
  }
  world.settle();
  expect_(world.writer() !== undefined, "what came late has left no writer");
  if (world.writer() === "target") {
    const back = await untilSettled(world, "source");
    expect_(world.writer() === (back.outcome === "done" ? "source" : "target"), `rollback ${back.outcome}`);
  }
  findings.push(
    ...world.violations.map((violation) => `${JSON.stringify({ names, faults, next })}: ${violation}`),
  );
  return { findings, wasCutOff };
}

describe("the switch, explored with a simulated world", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const exploreAll = async (
    names: readonly string[],
    pairs: boolean,
  ): Promise<{ runs: number; states: number; findings: string[] }> => {
    const states = new Set<string>();
    const findings: string[] = [];
    let runs = 0;
    const visit = async (faults: readonly Fault[]): Promise<number> => {
      let calls = 0;
      for (const next of ["the same", "the opposite"] as const) {
        const explored = await explore({ names, faults, next });
        runs++;
        calls = Math.max(calls, explored.world.calls);
        findings.push(...explored.findings);
        for (const state of explored.world.states) states.add(state);
        if (!explored.wasCutOff) break;
      }
      return calls;
    };
    const calls = await visit([]);
    for (let call = 1; call <= calls; call++) {
      for (const fault of faultsAt(call)) {
        const after = await visit([fault]);
        if (!pairs) continue;
        for (let second = call + 1; second <= after; second++) {
          for (const other of KINDS) await visit([fault, { call: second, kind: other, delay: 3 }]);
        }
      }
    }
    return { runs, states: states.size, findings };
  };

  test("B4: never two open gates, no write missing and never no writer, whatever single call fails, hangs, comes late or is the last", async () => {
    const { findings, runs, states } = await exploreAll(["orders", "billing"], false);
    console.log(runs, states);
    expect(findings).toEqual([]);
    expect(runs).toBeGreaterThan(1_000);
    expect(states).toBeGreaterThan(100);
  });

  test("B4: the same for every two faults one after the other", async () => {
    const { findings, runs, states } = await exploreAll(["orders"], true);
    console.log(runs, states);
    expect(findings.slice(0, 20)).toEqual([]);
    expect(runs).toBeGreaterThan(10_000);
    expect(states).toBeGreaterThan(100);
  }, 300_000);
});
