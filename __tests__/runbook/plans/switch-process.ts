/**
 * A switch in a process of its own that says when it is about to close the gate, and waits for a line before it goes on;
 * what becomes of it then is up to others. Prints the outcome. Arguments: a JSON object of type `SwitchProcess`.
 */
import { once } from "node:events";
import type { ClientConfig } from "pg";
import { runPlan } from "../../../runbook/engine";
import { openJournal } from "../../../runbook/journal";
import { cutoverPlan } from "../../../runbook/plans/cutover";
import { rollbackPlan } from "../../../runbook/plans/rollback";
import type { Side } from "../../../runbook/side";
import type { Pointer, World } from "../../../runbook/world";
import type { Step } from "../../../runbook/step";

export interface SwitchProcess {
  readonly to: Side;
  readonly journal: string;
  readonly database: string;
  readonly application: string;
  readonly operator: Readonly<Record<Side, ClientConfig>>;
  /** @default false */
  readonly strictFence?: boolean;
}

/** A name that nobody asks for. */
export function unasked(): Pointer {
  let side: Side = "source";
  return {
    current: () => Promise.resolve(side),
    point: (to) => Promise.resolve(void (side = to)),
    probe: () => Promise.resolve([]),
  };
}

async function run(settings: SwitchProcess): Promise<void> {
  const { to, journal: file, database, application, operator, strictFence } = settings;
  const world: World = {
    databases: [
      {
        name: database,
        databaseName: database,
        strategy: "logical",
        strictFence,
        endpoint: strictFence ? { kind: "cname", name: unasked() } : { kind: "host-list" },
        applicationRoles: [application],
        operator: (side: Side) => Promise.resolve(operator[side]),
        conninfo: () => Promise.reject(new Error("a switch makes no subscription")),
        applicationPassword: () => Promise.reject(new Error("a switch makes no role")),
      },
    ],
  };
  const limits = { steadyLag: 0 };
  const plan = to === "target" ? cutoverPlan(world, limits) : rollbackPlan(world, limits);
  const waiting = (step: Step): Step => ({
    ...step,
    async run(context) {
      await step.run(context);
      process.stdout.write("waiting\n");
      await once(process.stdin, "data");
    },
  });
  const steps = plan.steps.map((step) => (step.id === "ready" ? waiting(step) : step));
  const result = await runPlan(
    { ...plan, steps },
    { journal: await openJournal(file), signal: new AbortController().signal },
  );
  process.stdout.write(JSON.stringify(result));
  process.stdin.destroy();
}

if (require.main === module) void run(JSON.parse(process.argv[2] ?? "") as SwitchProcess);
