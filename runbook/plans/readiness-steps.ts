import { setTimeout as pause } from "node:timers/promises";
import { eachDatabase, told } from "../each-database";
import type { Side } from "../side";
import type { Step, StepContext } from "../step";
import type { JobGate, Poolers } from "../world";
import { expectedHold } from "./expected-hold";
import { jobFindings } from "./job-steps";
import type { SwitchLimits } from "./switch-limits";
import { leadTo, poolersOf, type SwitchState } from "./switch-state";

const SECOND = 1_000;
/** Lag above which writers would be held too long, in milliseconds: the marker takes as long as all before it. */
const MOST_LAG = 1 * SECOND;
/** How long to wait for the lag to fall, in milliseconds. */
const LAG_PATIENCE = 120 * SECOND;
/** Measurements in a row that must be low. */
const MEASUREMENTS = 5;
/** Staging waits for whatever keeps the instances' files, in milliseconds. */
const STAGING = 60 * SECOND;

/** Asks everything that could fail later, before anybody notices anything. */
export function preflightStep(state: SwitchState, jobs: readonly JobGate[]): Step {
  return {
    id: "preflight",
    title: "Nothing stands in the way",
    timeout: 60 * SECOND,
    async run(context) {
      const { signal } = context;
      const waiting = state.waiting();
      const [findings, ofJobs] = await Promise.all([
        eachDatabase(waiting, async (database) => [
          ...(await database.preflight(signal)),
          ...((await poolersOf(database)?.preflight(signal)) ?? []),
        ]),
        jobFindings(jobs, signal),
      ]);
      for (const { name, endpoint } of waiting)
        context.observe(`${name}.expectedHold`, await expectedHold(endpoint, signal));
      const lines = [
        ...[...findings].flatMap(([name, found]) => found.map((finding) => `${name}: ${finding}`)),
        ...ofJobs,
      ];
      if (lines.length > 0) {
        throw new Error(
          ["the switch would fail or lose something:", ...lines.map((line) => `  ${line}`)].join("\n"),
        );
      }
    },
  };
}

/** An instance that was started meanwhile has begun with the side that was staged, and nothing but this leads it back. */
async function leadBack(poolers: Poolers | undefined, from: Side, signal: AbortSignal): Promise<void> {
  const sightings = (await poolers?.probe(signal)) ?? [];
  // One that does not answer is about to be replaced, and its like begins with what is staged now.
  if (poolers && sightings.every(({ side }) => side !== undefined)) await leadTo(poolers, from, signal);
}

/** What must be true, and be ready, when writers are held. The last things before the hold, in this order. */
export function readinessSteps(state: SwitchState, limits: SwitchLimits): Step[] {
  const each = async (work: (database: ReturnType<SwitchState["waiting"]>[number]) => Promise<unknown>) =>
    void (await eachDatabase(state.waiting(), work));
  const { from, to } = state.databases[0] ?? { from: "source", to: "target" };
  const staging = (context: StepContext, side: typeof from): Promise<void> =>
    each(async (database) => poolersOf(database)?.stage(side, context.signal));

  return [
    {
      id: "lag",
      title: "Replication is close behind",
      timeout: LAG_PATIENCE,
      async run(context) {
        const { signal } = context;
        for (let inARow = 0; ;) {
          const lags = await eachDatabase(state.waiting(), (database) => database.lag(signal));
          const worst = Math.round(Math.max(0, ...lags.values()));
          context.observe("lagMs", worst);
          inARow = worst <= MOST_LAG ? inARow + 1 : 0;
          if (inARow === MEASUREMENTS) return;
          await pause(inARow === 0 ? SECOND : limits.steadyLag / (MEASUREMENTS - 1), undefined, { signal });
        }
      },
      actions: () => told(state.waiting(), (database) => Promise.resolve(database.lagActions())),
    },
    {
      id: "reverse",
      title: `Replication back to the ${from} carries rows`,
      timeout: 15 * SECOND,
      run: ({ signal }) => each((database) => database.proveReverse(signal)),
      actions: ({ signal }) => told(state.waiting(), (database) => database.proveReverseActions(signal)),
      undo: ({ signal }) => each(async (database) => database.forgetReverse?.(signal)),
    },
    // Late: an instance that starts from here on begins with what is staged.
    ...(state.databases.some(poolersOf)
      ? [
          {
            id: "staged",
            title: `Poolers have the ${to} ready`,
            timeout: STAGING,
            run: (context: StepContext) => staging(context, to),
            actions: () =>
              Promise.resolve(
                state.databases
                  .filter(poolersOf)
                  .map(({ name }) => `${name}: stage the ${to} for every pooler`),
              ),
            undo: async (context: StepContext) => {
              await staging(context, from);
              await each((database) => leadBack(poolersOf(database), from, context.signal));
            },
          },
        ]
      : []),
    {
      id: "ready",
      title: "Connections stand",
      timeout: 30 * SECOND,
      run: ({ signal }) =>
        each((database) => Promise.all([database.warm(signal), poolersOf(database)?.warm(signal)])),
    },
  ];
}
