import type { Plan, Step } from "../step";
import type { World } from "../world";
import { blocking, describeFinding } from "../postgres/preflight/finding";
import { startFindings } from "../postgres/start-preflight";
import { gateStartSteps } from "./gate-start-steps";
import { replicationStartSteps } from "./replication-start-steps";
import { seedStep } from "./seed-step";
import { startedDatabases, type StartedDatabases } from "./started-database";
import { eachDatabase } from "../each-database";

/**
 * Puts every database into replication both ways, and a gate before every table: open on the source, closed on the
 * target. The source serves on all the while. Undone, it leaves no trace but roles on the target.
 *
 * Under `logical` the tables must be on the target already, empty. Under `physical` the target stays a replica until the
 * cutover; under `seeded` it is promoted here, which cannot be undone: the same command goes on from there. Run again
 * over replication that stands, it adds what came since, and takes nothing back when it fails: without its gates the
 * side that is closed would take writes.
 */
export function startPlan(world: World): Plan {
  const databases = startedDatabases(world.databases);
  return {
    id: "start",
    title: "Start: both sides in replication",
    steps: [
      preflightStep(databases),
      ...gateStartSteps(databases),
      ...(world.databases.some(({ strategy }) => strategy !== "logical") ? [seedStep(databases)] : []),
      ...replicationStartSteps(databases),
    ],
    async release() {
      await Promise.all(databases.all.map((database) => database.close()));
    },
  };
}

const preflightStep = ({ all }: StartedDatabases): Step => ({
  id: "preflight",
  title: "Both sides can be replicated",
  timeout: 60_000,
  async run({ signal }) {
    const findings = await eachDatabase(all, async (database) => {
      const { pair, on } = database;
      await database.standing(signal);
      const sides = { source: await on("source", signal), target: await on("target", signal) };
      return startFindings(pair, sides, signal);
    });
    const lines = [...findings].flatMap(([name, found]) =>
      blocking(found).map((finding) => `  ${name}: ${describeFinding(finding)}`),
    );
    if (lines.length > 0) throw new Error(["replication cannot be started:", ...lines].join("\n"));
  },
});
