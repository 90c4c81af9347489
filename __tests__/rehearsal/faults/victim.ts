/**
 * A runbook in a process of its own that is killed by SIGKILL at a step of a switch: nothing is undone, closed or flushed.
 * With no step it goes on to its end and prints the result. Argument: a JSON object of type `Fate`.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import { startPlan } from "../../../runbook/plans/start";
import type { SwitchLimits } from "../../../runbook/plans/switch-limits";
import type { Side } from "../../../runbook/side";
import type { Step } from "../../../runbook/step";
import type { World } from "../../../runbook/world";
import { sharedWorld, type SharedWorld } from "./file-world";

/**
 * When within a step: its begin is in the journal; it is at work; a replica has been promoted in it; its effect stands and
 * nobody has noted it.
 */
export type Moment = "before" | "amid" | "promoted" | "after";

export interface Fate {
  readonly world: SharedWorld;
  /** Its plan: a start, or the switch to a side. */
  readonly to: Side | "start";
  readonly journal: string;
  readonly limits: Partial<SwitchLimits>;
  /** @default - it is not killed */
  readonly killed?: { readonly step: string; readonly when: Moment };
}

const PLANS = {
  start: (world: World) => startPlan(world),
  target: cutoverPlan,
  source: rollbackPlan,
} as const;

async function meet({ world, to, journal: file, limits, killed }: Fate): Promise<void> {
  const mortal = sharedWorld(world, killed?.when === "promoted" ? { promote } : {});
  const plan = PLANS[to](mortal, limits);
  /** The last that it does. */
  async function promote(): Promise<void> {
    const client = new Client(world.operator.target);
    await client.connect();
    await client.query("SELECT pg_promote()");
    process.kill(process.pid, "SIGKILL");
  }
  const doomed = (step: Step): Step => ({
    ...step,
    async run(context) {
      if (killed?.when !== "before") {
        const running = step.run(context);
        if (killed?.when === "promoted") await running;
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
