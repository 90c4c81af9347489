import { describeDryRun, dryRun } from "../runbook/dry-run";
import { runPlan } from "../runbook/engine";
import { requireParts } from "../runbook/aws/manifest";
import type { PlanProgress, PlanResult } from "../runbook/result";
import { statusUpdates } from "../runbook/status-updates";
import { type Answer, Misuse, Refusal, tell } from "./answer";
import { confirmName } from "./confirm";
import { EXIT } from "./exit-codes";
import { type Ground, openGround } from "./ground";
import { interruptible, type Interrupted } from "./interrupt";
import type { PlanCommand } from "./plan-command";
import { ownWords, type PlanFlags, readNotify } from "./plan-flags";
import { commandLine } from "./shared-options";
import { styleFor } from "./style";
import { describeResult, planLines } from "./tell-plan";

/** Carries a plan out, telling each step as it ends. */
export async function carryOut(planned: PlanCommand, flags: PlanFlags): Promise<Answer> {
  const ground = await groundOf(planned, flags);
  try {
    const run = await runInterruptibly(planned, ground, flags);
    const { result } = run;
    const notes = result.outcome === "done" ? ((await planned.afterwards?.(ground, result)) ?? []) : [];
    const line = (command: string) => commandLine(command, flags);
    const text = [describeResult(result, styleFor(process.stdout)), ...notes.map((note) => `  ${note}`)];
    return {
      exitCode: exitCodeOf(result, run.interruption),
      json: { workload: ground.manifest.workload, ...result, notes },
      text: `\n${text.join("\n")}`,
      next: result.outcome === "done" ? planned.next(ground, line) : [again(planned, flags)],
    };
  } finally {
    ground.close();
  }
}

/** Tells what a plan would do now. Takes no lease and touches nothing. */
export async function showDryRun(planned: PlanCommand, flags: PlanFlags): Promise<Answer> {
  const ground = await groundOf(planned, flags);
  try {
    const plan = await planned.plan(ground.world, ground, flags, []);
    const found = await interruptible(
      (signal) => dryRun(plan, { signal }),
      () => tell("interrupted: what has not been asked yet is left out"),
    );
    const isTold = found.steps.every(({ error }) => error === undefined);
    return {
      exitCode: isTold ? EXIT.ok : EXIT.failed,
      json: { workload: ground.manifest.workload, ...found },
      text: describeDryRun(found),
      next: [again(planned, flags)],
    };
  } finally {
    ground.close();
  }
}

const again = ({ name }: PlanCommand, flags: PlanFlags): string => commandLine(name, flags, ownWords(flags));

async function groundOf({ phases, unfit }: PlanCommand, flags: PlanFlags): Promise<Ground> {
  const ground = await openGround(flags);
  requireParts(ground.manifest, phases);
  const faults = unfit?.(ground.manifest, flags) ?? [];
  if (faults.length > 0) throw new Misuse(faults.join("\n"));
  for (const left of ground.world.leftToPeople)
    tell(`left to you, not switched by the runbook: database ${left}`);
  return ground;
}

/** How a run ended. */
interface Run {
  readonly result: PlanResult;
  /** @default - nobody interrupted it */
  readonly interruption?: Interrupted;
}

async function runInterruptibly(planned: PlanCommand, ground: Ground, flags: PlanFlags): Promise<Run> {
  let isCrossed = false;
  let interruption: Interrupted | undefined;
  const lines = planLines(styleFor(process.stderr));
  const onProgress = (news: PlanProgress) => {
    if (news.event === "crossed") isCrossed = true;
    lines(news).forEach(tell);
  };
  const onInterrupt = () =>
    tell(
      isCrossed
        ? "interrupted: stopping; the point of no return is behind, so the same command goes on from here"
        : "interrupted: taking back what was begun; once more ends this process at once",
    );
  const result = await interruptible(async (signal) => {
    signal.addEventListener("abort", () => (interruption = signal.reason as Interrupted), { once: true });
    if (planned.question && !flags.yes) await confirm(planned.question(ground), ground, signal);
    return run(planned, ground, flags, signal, onProgress);
  }, onInterrupt);
  return { result, interruption };
}

async function confirm(what: string, { manifest: { workload } }: Ground, signal: AbortSignal): Promise<void> {
  if (await confirmName({ workload, what }, signal)) return;
  throw new Refusal(`that is not the workload's name, ${workload}: nothing was begun`);
}

async function run(
  planned: PlanCommand,
  ground: Ground,
  flags: PlanFlags,
  signal: AbortSignal,
  onProgress: (news: PlanProgress) => void,
): Promise<PlanResult> {
  const journal = await ground.openJournal({ signal, onChange: tell });
  try {
    const plan = await planned.plan(ground.world, ground, flags, journal.entries);
    const updates = statusUpdates(plan, {
      ...readNotify(flags).notify,
      workload: ground.manifest.workload,
    });
    let result: PlanResult | undefined;
    try {
      result = await runPlan(plan, {
        journal,
        signal,
        onProgress(news) {
          updates.onProgress(news);
          onProgress(news);
        },
      });
      return result;
    } finally {
      for (const unsent of await updates.end(result)) tell(`status updates: ${unsent}`);
    }
  } finally {
    await journal.close();
  }
}

/** What the shell is told: above all whether anything was left half way. */
export function exitCodeOf(result: PlanResult, interruption?: Interrupted): number {
  const { outcome, steps, resumed, crossed } = result;
  if (outcome === "done") return EXIT.ok;
  const isBegun = resumed || crossed || steps.some(({ state }) => state !== "not reached");
  if (outcome === "stopped" && isBegun) return EXIT.stopped;
  if (interruption) return interruption.exitCode;
  if (outcome === "stopped") return EXIT.failed;
  const failed = steps.find(({ state }) => state === "failed");
  if (failed?.id === "preflight") return EXIT.refused;
  // Every plan begins with a look.
  return failed === steps[0] && !resumed ? EXIT.failed : EXIT.undone;
}
