import { lineageOf } from "../replica";
import { growthOf } from "../seed";
import { seedSlotName, slotName } from "../subscription";
import type { Fix } from "./finding";
import type { Kind, Sighting } from "./kind";
import type { Survey } from "./survey";

const AGAIN: Fix = { action: "make the target a read replica of the source again (destroy and create it)" };
const START: Fix = { action: "run `relocate start`" };

/** Under `physical` and `seeded` the target is a copy of this source, and nothing the source has written since is missing. */
export const replica: Kind = {
  id: "replica",
  title: "The target is what its strategy begins with",
  async find(survey) {
    const { pair, server, on, phase, signal } = survey;
    const blocks = (found: string, expected: string, fix: Fix): Sighting[] => [
      { severity: "blocks", side: "target", found, expected, fix },
    ];
    if (pair.strategy === "logical") {
      if (!server.target.isReplica) return [];
      const found = "the target is a replica and takes no rows of its own";
      return blocks(found, "a primary", { action: "promote it, or choose strategy physical or seeded" });
    }
    const growth = await growthOf({ pair, on: (side) => Promise.resolve(on[side]) }, signal);
    if (growth === "joined") return [];
    const strange = await strangerFindings(survey);
    if (strange) return blocks(strange, "a physical copy of the source", AGAIN);
    if (growth === "promoted" && !(await isKept(survey))) {
      const found = "the target was promoted, and what the source has written since is not kept for it";
      return blocks(found, "a replica that follows", AGAIN);
    }
    if (phase === "start" || (growth === "replica" && pair.strategy === "physical")) return [];
    const found = growth === "replica" ? "is a replica still" : "is promoted, but not joined to the source";
    return blocks(`the target ${found}`, "replication both ways", START);
  },
};

/** @returns what is strange about the target. @default - it comes from this source */
async function strangerFindings({ pair, signal }: Survey): Promise<string | undefined> {
  const [source, target] = await Promise.all([
    lineageOf(await pair.operator("source"), signal),
    lineageOf(await pair.operator("target"), signal),
  ]);
  if (source.system !== target.system)
    return `the target is of cluster ${target.system}, and the source of ${source.system}`;
  if (target.timeline === source.timeline || target.left.has(source.timeline)) return undefined;
  return `the target is on timeline ${target.timeline}, which does not come from the source's ${source.timeline}`;
}

/** A slot on the source keeps what a promoted target has not got yet. */
async function isKept({ pair, on, signal }: Survey): Promise<boolean> {
  const names = [seedSlotName(pair.databaseName), slotName("target", pair.databaseName)];
  const slots = await on.source.query(
    signal,
    "SELECT FROM pg_replication_slots WHERE slot_name = ANY ($1) AND wal_status <> 'lost'",
    [names],
  );
  return slots.length > 0;
}
