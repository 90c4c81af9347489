import { setTimeout as sleep } from "node:timers/promises";
import { runPlan } from "../runbook/engine";
import type { Journal } from "../runbook/journal";
import { completePlan } from "../runbook/plans/complete";
import { cutoverPlan } from "../runbook/plans/cutover";
import { rollbackPlan } from "../runbook/plans/rollback";
import { startPlan } from "../runbook/plans/start";
import type { PlanProgress } from "../runbook/result";
import { otherSide, type Side } from "../runbook/side";
import type { Plan } from "../runbook/step";
import { compareSides } from "./comparison";
import type { Load } from "./load/load";
import type { Progress } from "./progress";
import type { Stage } from "./stage";
import type { SwitchMade } from "./verdict";

/** What it takes to carry out a plan of the runbook on the stage. */
interface Scene {
  readonly stage: Stage;
  readonly journal: Journal;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface CourseOptions extends Scene {
  readonly load: Load;
  /** How long the load goes on after each switch, in milliseconds. */
  readonly settleMs: number;
}

/** What a course leaves behind for the judgement. */
export interface Passed {
  readonly switches: readonly SwitchMade[];
  readonly active: Side;
  /** What a deploy with the flipped variable would change after the last switch. */
  readonly planned: readonly string[];
}

/**
 * Runs the whole move under load: replication, comparison, cutover, rollback, cutover.
 *
 * @throws Error with the cause when a plan of the runbook does not come to its end
 */
export async function runCourse(options: CourseOptions): Promise<Passed> {
  const { stage, load, progress, settleMs, signal } = options;
  const { world, edgeSwitch } = stage;
  const rest = (title: string, ms: number) =>
    progress.part(`${title} for ${ms / 1000} s`, () => sleep(ms, undefined, { signal }));

  await rest("warm up", Math.min(settleMs, 5_000));
  const counts = load.counts();
  if (!counts?.acknowledged) {
    throw new Error(["no order was taken while warming up", ...(counts?.samples ?? [])].join("\n"));
  }
  await carryOut(startPlan(world), options);
  await progress.part("compare both databases table by table", async () => {
    const { rows, differences } = await compareSides(world, signal);
    if (differences.length > 0)
      throw new Error(["the sides differ after the copy:", ...differences].join("\n"));
    progress.note(`${rows} rows are equal`);
  });

  const switches: SwitchMade[] = [];
  for (const to of ["target", "source", "target"] as const) {
    const startedAt = performance.timeOrigin + performance.now();
    await carryOut(to === "target" ? cutoverPlan(world) : rollbackPlan(world), options);
    switches.push({ from: otherSide(to), to, startedAt, convergenceMs: edgeSwitch.convergenceMs() });
    await rest(`stay on the ${to}`, settleMs);
  }

  const planned = await progress.part("plan with cutover=true: must change nothing", async () => {
    const { changes } = await stage.stacks.plan("cutover", { cutover: true });
    return changes.map(({ address, actions }) => `${address} (${actions.join(", ")})`);
  });
  return { switches, active: "target", planned };
}

/**
 * Ends the way back and gives the source up, as one does once nobody wants to go back.
 *
 * @throws Error with the cause when the runbook or Terraform does not come to its end
 */
export async function retireSource(options: Scene): Promise<void> {
  const { stage, progress } = options;
  const { stacks } = stage;
  await carryOut(completePlan(stage.world), options);
  await progress.part(`apply ${stacks.nameOf("decommission")} with retire_source=true`, () =>
    stacks.apply("decommission", { retire_source: true }),
  );
}

async function carryOut(plan: Plan, { journal, progress, signal }: Scene): Promise<void> {
  await progress.part(plan.title, async () => {
    const onProgress = (news: PlanProgress) => {
      const line = describe(news);
      if (line !== undefined) progress.note(line);
    };
    const result = await runPlan(plan, { journal, signal, onProgress });
    signal.throwIfAborted();
    if (result.outcome === "done") return;
    throw new Error(
      `${plan.title}: ${result.outcome}: ${result.cause ?? "no cause given"}\n${result.stands}`,
    );
  });
}

function describe({ event, title, durationMs, observations, error }: PlanProgress): string | undefined {
  // When a step begins nothing is known yet, and the hold is no time for lines.
  if (event === "begun") return undefined;
  const seen = Object.entries(observations ?? {}).map(([key, value]) => `${key} ${value}`);
  const details = [durationMs === undefined ? "" : `${Math.round(durationMs)} ms`, ...seen].filter(Boolean);
  return [`${title}: ${event}`, details.join(", "), error].filter(Boolean).join("; ");
}
