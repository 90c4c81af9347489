/**
 * A runbook in a process of its own that is killed by SIGKILL at a step of a switch: nothing is undone, closed or flushed.
 * With no step it goes on to its end and prints the result. Argument: a JSON object of type `Fate`.
 */
import { setTimeout as pause } from "node:timers/promises";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import type { SwitchLimits } from "../../../runbook/plans/switch-limits";
import type { Side } from "../../../runbook/side";
import type { Step } from "../../../runbook/step";
import { sharedWorld, type SharedWorld } from "./file-world";

/** When within a step: its begin is in the journal; it is at work; its effect stands and nobody has noted it. */
export type Moment = "before" | "amid" | "after";

export interface Fate {
  readonly world: SharedWorld;
  readonly to: Side;
  readonly journal: string;
  readonly limits: Partial<SwitchLimits>;
  /** @default - it is not killed */
  readonly killed?: { readonly step: string; readonly when: Moment };
}

async function meet({ world, to, journal: file, limits, killed }: Fate): Promise<void> {
  const switched = sharedWorld(world);
  const plan = to === "target" ? cutoverPlan(switched, limits) : rollbackPlan(switched, limits);
  const doomed = (step: Step): Step => ({
    ...step,
    async run(context) {
      if (killed?.when !== "before") {
        const running = step.run(context);
        if (killed?.when === "amid") await Promise.race([running, pause(1)]);
        else await running;
      }
      process.kill(process.pid, "SIGKILL");
      await pause(60_000);
    },
  });
  const steps = plan.steps.map((step) => (step.id === killed?.step ? doomed(step) : step));
  const journal = await openJournal(file);
  const result = await runPlan({ ...plan, steps }, { journal, signal: new AbortController().signal });
  await journal.close();
  process.stdout.write(JSON.stringify(result));
}

void meet(JSON.parse(process.argv[2] ?? "") as Fate);
