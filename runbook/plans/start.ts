import type { Plan, Step } from "../step";
import type { World } from "../world";
import { blocking, describeFinding } from "../postgres/preflight/finding";
import { SLOT_LIMITS, type SlotLimits } from "../postgres/slot-watch";
import { startFindings } from "../postgres/start-preflight";
import { bucketMirrorSteps } from "./bucket-steps";
import { gateStartSteps } from "./gate-start-steps";
import { recordSteps } from "./record-steps";
import { replicationStartSteps } from "./replication-start-steps";
import { schemaSteps } from "./schema-steps";
import { seedStep } from "./seed-step";
import { startedDatabases, type StartedDatabases } from "./started-database";
import { eachDatabase } from "../each-database";

/**
 * Puts every database into replication both ways, and a gate before every table: open on the source, closed on the
 * target. The source serves on all the while. Undone, it leaves no trace but roles and empty tables on the target.
 *
 * Under `logical` the target has the source's tables already, empty, or none: then it is given them. Under `physical` the target stays a replica until the
 * cutover; under `seeded` it is promoted here, which cannot be undone: the same command goes on from there. Run again
 * over replication that stands, it adds what came since, and takes nothing back when it fails: without its gates the
 * side that is closed would take writes.
 *
 * @param limits of the log that a source keeps while rows are copied. @default SLOT_LIMITS
 */
export function startPlan(world: World, limits: SlotLimits = SLOT_LIMITS): Plan {
  const databases = startedDatabases(world.databases);
  return {
    id: "start",
    title: "Start: both sides in replication",
    steps: [
      preflightStep(databases),
      // Before anything is begun that would be taken back with it.
      ...bucketMirrorSteps(world.buckets ?? []),
      ...schemaSteps(databases),
      ...gateStartSteps(databases),
      ...(world.databases.some(({ strategy }) => strategy !== "logical") ? [seedStep(databases)] : []),
      ...replicationStartSteps(databases, limits),
      ...recordSteps(world.snapshots),
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
