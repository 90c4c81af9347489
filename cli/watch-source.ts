import { setTimeout as sleep } from "node:timers/promises";
import { runPlan } from "../runbook/engine";
import { AnotherOperator } from "../runbook/lease-keeping";
import { stopInTimePlan } from "../runbook/plans/stop-in-time";
import { readSourceSlots, slotsToStop, type SourceSlots } from "../runbook/status/source-slots";
import { type Answer, tell } from "./answer";
import { EXIT } from "./exit-codes";
import { type Ground, openGround } from "./ground";
import { interruptible } from "./interrupt";
import { commandLine } from "./shared-options";
import { styleFor, type Style } from "./style";
import { bytes } from "./tell-status";
import type { WatchFlags, WatchSettings } from "./watch";

/** Looks at what the sources keep, and drops it before a disk is full. */
export async function watchSource(flags: WatchFlags, settings: WatchSettings): Promise<Answer> {
  const ground = await openGround(flags);
  const style = styleFor(process.stderr);
  try {
    return await interruptible(
      async (signal) => {
        const dropped = new Set<string>();
        for (;;) {
          const found = await Promise.all(
            ground.world.databases.map((pair) => readSourceSlots(pair, settings, signal)),
          );
          for (const one of found) tell(lineOf(one, style));
          const due = found.flatMap(slotsToStop).map(({ name }) => name);
          const isStopped = due.length > 0 && (await stop(ground, flags, settings, due, signal));
          if (isStopped) for (const name of due) dropped.add(name);
          const isOver = dropped.size > 0 && found.every((one) => !isLeft(one, dropped));
          if (settings.everyMs === undefined || isOver) {
            const isAsked = found.every(({ reachable }) => reachable) && (due.length === 0 || isStopped);
            return conclude(ground, flags, { found, dropped, isAsked });
          }
          await sleep(settings.everyMs, undefined, { signal });
        }
      },
      () => tell("interrupted: nothing is watched any more"),
    );
  } finally {
    ground.close();
  }
}

/** @returns whether they are gone; what keeps them is told, and the next round tries again */
async function stop(
  ground: Ground,
  { dryRun }: WatchFlags,
  limits: WatchSettings,
  due: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  if (dryRun) {
    tell(`dry run: would drop on the source: ${due.join(", ")}`);
    return false;
  }
  try {
    const journal = await ground.openJournal({ signal, onChange: tell });
    try {
      const { outcome, cause } = await runPlan(stopInTimePlan(ground.world, limits), { journal, signal });
      signal.throwIfAborted();
      tell(outcome === "done" ? `dropped on the source: ${due.join(", ")}` : `not dropped: ${cause}`);
      return outcome === "done";
    } finally {
      await journal.close();
    }
  } catch (error) {
    if (!(error instanceof AnotherOperator)) throw error;
    tell(`not dropped now: ${error.message}`);
    return false;
  }
}

/** Whether there is still something to be watched, as far as is known. */
const isLeft = (found: SourceSlots, dropped: ReadonlySet<string>): boolean =>
  !found.reachable || found.slots.some(({ name }) => !dropped.has(name));

interface Ended {
  readonly found: readonly SourceSlots[];
  readonly dropped: ReadonlySet<string>;
  /** Every source could be asked, and nothing stands that had to be dropped. */
  readonly isAsked: boolean;
}

function conclude(ground: Ground, flags: WatchFlags, { found, dropped, isAsked }: Ended): Answer {
  const line = (command: string) => commandLine(command, flags);
  const names = [...dropped];
  return {
    exitCode: !isAsked ? EXIT.failed : names.length > 0 ? EXIT.stopped : EXIT.ok,
    json: { workload: ground.manifest.workload, dropped: names, databases: found },
    text:
      names.length > 0
        ? `stopped in time: ${names.join(", ")} dropped on the source, which serves on; the relocation begins anew`
        : "nothing was dropped",
    next: names.length > 0 ? [line("abort"), line("start")] : [line("status")],
  };
}

/** One database and round. */
function lineOf(found: SourceSlots, style: Style): string {
  const start = `${style.dim(new Date().toISOString())} ${found.name}:`;
  if (!found.reachable) return `${start} ${style.bad(`the source cannot be asked: ${found.why}`)}`;
  const { isWriter, slots } = found;
  if (slots.length === 0) return `${start} no slot on the source`;
  const reasons = slots.flatMap(({ verdict, reason = "" }) =>
    verdict === "ok" ? [] : [verdict === "stop" ? style.bad(reason) : style.warn(reason)],
  );
  const kept = Math.max(...slots.map(({ retainedBytes }) => retainedBytes));
  const text = reasons.length > 0 ? reasons.join("; ") : `log kept on the source ${bytes(kept)}`;
  return `${start} ${text}${isWriter ? "" : " (the source is not the writer: nothing is dropped)"}`;
}
