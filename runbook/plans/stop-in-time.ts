import { eachDatabase } from "../each-database";
import { ownGate } from "../postgres/gate";
import { type SlotLimits, stopInTime } from "../postgres/slot-watch";
import type { Plan, Step } from "../step";
import type { World } from "../world";
import { pairSides } from "./pair-sides";

const MINUTE = 60_000;

/**
 * Drops the slots on the source that keep more log than its disk can spare, while the source is the writer: it serves on,
 * and the relocation of that database begins anew (`relocate abort`, then `relocate start`). A source that is not the writer
 * is left alone: without its slots there would be no way on from a rollback.
 *
 * Destroys the copy's connection to its source, and no row. The lease keeps a switch from beginning meanwhile.
 */
export function stopInTimePlan(world: World, limits: SlotLimits): Plan {
  const databases = world.databases.map(pairSides);
  const slots: Step = {
    id: "slots",
    title: "The source keeps no more log than it may",
    timeout: 2 * MINUTE,
    run: (context) =>
      eachDatabase(databases, async ({ name, on }) => {
        const { signal } = context;
        const source = await on("source", signal);
        if (!(await ownGate(source, "source", signal))?.open) return;
        const reports = await stopInTime(source, limits, signal);
        const dropped = reports.filter(({ verdict }) => verdict === "stop");
        if (dropped.length > 0)
          context.observe(`${name}.dropped`, dropped.map((slot) => slot.name).join(", "));
      }).then(() => undefined),
  };
  return {
    id: "watch",
    title: "Watch: the source's disk is kept from filling",
    steps: [slots],
    async release() {
      await Promise.all(databases.map(({ close }) => close()));
    },
  };
}
