import type { Plan } from "../step";
import type { World } from "../world";
import { withFinalPass, type KeptVerifications } from "./final-pass-steps";
import { switchSteps } from "./switch";
import { SWITCH_LIMITS, type SwitchLimits } from "./switch-limits";
import { switchedWorld } from "./switched-world";

/**
 * Makes the source the writer again, with everything that was written on the target.
 *
 * @param limits those that differ from SWITCH_LIMITS. @default - none
 * @param kept verifications to go on from with a final pass. @default - none: nothing is compared
 */
export function rollbackPlan(
  world: World,
  limits: Partial<SwitchLimits> = {},
  kept?: KeptVerifications,
): Plan {
  const plan = switchSteps(
    { id: "rollback", title: "Rollback: the source becomes the writer again", to: "source" },
    switchedWorld(world, "source", { ...SWITCH_LIMITS, ...limits }),
    limits,
  );
  return kept ? withFinalPass(plan, world.databases, "source", kept) : plan;
}
