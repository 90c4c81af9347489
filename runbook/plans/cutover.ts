import type { Plan } from "../step";
import type { World } from "../world";
import { withFinalPass, type KeptVerifications } from "./final-pass-steps";
import { insertAfter } from "./insert-after";
import { lateRowsSteps } from "./late-rows-step";
import { switchSteps } from "./switch";
import { SWITCH_LIMITS, type SwitchLimits } from "./switch-limits";
import { switchedWorld } from "./switched-world";

/**
 * Makes the target the writer. Lossless and reversible: `rollback` leads back, without losing what was written since.
 *
 * @param limits those that differ from SWITCH_LIMITS. @default - none
 * @param kept verifications to go on from with a final pass. @default - none: nothing is compared
 */
export function cutoverPlan(
  world: World,
  limits: Partial<SwitchLimits> = {},
  kept?: KeptVerifications,
): Plan {
  const switching = switchSteps(
    { id: "cutover", title: "Cutover: the target becomes the writer", to: "target" },
    switchedWorld(world, "target", { ...SWITCH_LIMITS, ...limits }),
    limits,
  );
  // Where no database is switched, what comes before the handover is behind from the beginning.
  const plan = insertAfter(
    switching,
    world.databases.length > 0 ? "preflight" : "handover",
    lateRowsSteps(world.snapshots),
  );
  return kept ? withFinalPass(plan, world.databases, "target", kept) : plan;
}
