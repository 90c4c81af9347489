/**
 * A runbook in a process of its own that kills itself with SIGKILL at a step: nothing is undone, closed or flushed.
 * One that is not killed prints the outcome. Arguments: a JSON object of type `Doom`.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { ClientConfig } from "pg";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import type { Side } from "../../../runbook/side";
import type { World } from "../../../runbook/world";
import type { Step } from "../../../runbook/step";

export interface Doom {
  readonly to: Side;
  readonly step: string;
  /**
   * "amid": while the step runs. "after": when its effect stands and nobody has noted it. "by others": not by itself;
   * after the step it says so, and waits for a line before it goes on.
   */
  readonly when: "amid" | "after" | "by others";
  readonly journal: string;
  readonly database: string;
  readonly application: string;
  readonly operator: Readonly<Record<Side, ClientConfig>>;
}

async function meet({ to, step, when, journal: file, database, application, operator }: Doom): Promise<void> {
  const die = (): void => void process.kill(process.pid, "SIGKILL");
  const world: World = {
    databases: [
      {
        name: database,
        databaseName: database,
        strategy: "logical",
        endpoint: { kind: "host-list" },
        applicationRoles: [application],
        operator: (side: Side) => Promise.resolve(operator[side]),
        conninfo: () => Promise.reject(new Error("a switch makes no subscription")),
        applicationPassword: () => Promise.reject(new Error("a switch makes no role")),
      },
    ],
  };
  const limits = { steadyLag: 0 };
  const plan = to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
  const doomed = (one: Step): Step => ({
    ...one,
    async run(context) {
      const running = one.run(context);
      if (when === "amid") await Promise.race([running, pause(1)]);
      else await running;
      if (when === "by others") {
        process.stdout.write("waiting\n");
        await once(process.stdin, "data");
        return;
      }
      die();
      await pause(10_000);
    },
  });
  const steps = plan.steps.map((one) => (one.id === step ? doomed(one) : one));
  const result = await runPlan(
    { ...plan, steps },
    { journal: await openJournal(file), signal: new AbortController().signal },
  );
  if (when !== "by others") throw new Error(`survived: ${result.outcome} ${result.cause}`);
  process.stdout.write(JSON.stringify(result));
  process.stdin.destroy();
}

void meet(JSON.parse(process.argv[2] ?? "") as Doom);
