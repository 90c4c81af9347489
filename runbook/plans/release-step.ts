import { setTimeout as pause } from "node:timers/promises";
import { eachDatabase, told } from "../each-database";
import type { Side } from "../side";
import type { Step } from "../step";
import { leadingActions, leadTo, poolersOf, type SwitchState } from "./switch-state";

/** Between two looks at instances that are not there yet, in milliseconds. */
const INTERVAL = 1_000;

/**
 * After the hold: every pooler leads to the new writer, those too that a crash has left paused, or that were started
 * meanwhile. Nothing where no database has poolers.
 */
export function releaseSteps(state: SwitchState, to: Side): Step[] {
  const pooled = state.databases.flatMap((database) => {
    const poolers = poolersOf(database);
    return poolers ? [{ name: database.name, poolers, endStale: database.endStale }] : [];
  });
  if (pooled.length === 0) return [];
  return [
    {
      id: "release",
      title: `Every pooler leads to the ${to}`,
      timeout: 300_000,
      async run(context) {
        const { signal } = context;
        // For instances that start later; after a crash it may not be staged any more, and what is held need not wait for it.
        const staging = eachDatabase(pooled, ({ poolers }) => poolers.stage(to, signal));
        await Promise.allSettled([staging, ...pooled.map(({ poolers }) => leadTo(poolers, to, signal))]);
        await staging;
        for (;;) {
          const sightings = await eachDatabase(pooled, ({ poolers }) => poolers.probe(signal));
          const all = [...sightings.values()].flat();
          const others = all.filter(({ side, paused }) => side !== to || paused);
          context.observe("poolers", all.length);
          context.observe("poolersLeading", all.length - others.length);
          // One that was started meanwhile has connected to what was closed.
          if (others.length === 0) {
            await eachDatabase(pooled, async ({ endStale }) => endStale?.("to", signal));
            return;
          }
          context.observe("waitingFor", others.map(({ vantagePoint }) => vantagePoint).join(", "));
          await pause(INTERVAL, undefined, { signal });
          // Whatever fails here is seen by the probe: an instance that has just died is about to be replaced.
          await Promise.allSettled(pooled.map(({ poolers }) => leadTo(poolers, to, signal)));
        }
      },
      actions: ({ signal }) => told(pooled, ({ poolers }) => leadingActions(poolers, to, signal)),
    },
  ];
}
