import type { Step } from "../step";
import { bindGate, clearSeed, growthOf, join, promoteTarget, sow } from "../postgres/seed";
import type { StartedDatabase, StartedDatabases } from "./started-database";

/** On RDS a promotion takes minutes; what the source writes meanwhile is kept. In milliseconds. */
const PROMOTION = 60 * 60_000;

/**
 * Makes a replica of the source the target, while the source goes on writing: `seeded` replicas, and `physical` ones
 * that a cutover has promoted and then given up. Once promoted there is no way back to a replica; run again, this goes
 * on from there.
 */
export function seedStep({ all, each, takeBack, tell }: StartedDatabases): Step {
  const isDue = async (database: StartedDatabase, signal: AbortSignal): Promise<boolean> => {
    const { strategy } = database.pair;
    if (strategy === "logical") return false;
    const growth = await growthOf(database, signal);
    return growth === "promoted" || (growth === "replica" && strategy === "seeded");
  };
  return {
    id: "seed",
    title: "Replicas are promoted, and joined where they left the source",
    timeout: PROMOTION,
    async check({ signal }) {
      const due = await Promise.all(all.map((database) => isDue(database, signal)));
      return !due.some(Boolean);
    },
    run: ({ signal }) =>
      each(async (database) => {
        if (!(await isDue(database, signal))) return;
        if ((await growthOf(database, signal)) === "replica") {
          await bindGate(database, signal);
          await sow(database, signal);
          await promoteTarget(database, signal);
        }
        await join(database, signal);
      }),
    actions: ({ signal }) =>
      tell(async (database) => {
        if (!(await isDue(database, signal))) return [];
        const { bothWays } = await database.standing(signal);
        const promotion = [
          "source: SELECT pg_create_logical_replication_slot('relocate_to_seed_...', 'pgoutput')",
          "target: promote the replica; it is none any more",
        ];
        return [
          ...((await growthOf(database, signal)) === "replica" ? promotion : []),
          "target: close its gate",
          "source: SELECT pg_replication_slot_advance(...) to where the target has left it",
          `target: CREATE SUBSCRIPTION relocate_to_target WITH (create_slot = false, copy_data = false${bothWays ? ", origin = none" : ""})`,
        ];
      }),
    undo: takeBack(async (database, signal) => {
      if (database.pair.strategy !== "logical") await clearSeed(database, signal);
    }),
  };
}
