import type { Plan } from "../step";
import type { World } from "../world";
import { switchSteps } from "./switch";
import { SWITCH_LIMITS, type SwitchLimits } from "./switch-limits";
import { switchedWorld } from "./switched-world";

/**
 * Makes the source the writer again, with everything that was written on the target.
 *
 * @param limits those that differ from SWITCH_LIMITS. @default - none
 */
export const rollbackPlan = (world: World, limits: Partial<SwitchLimits> = {}): Plan =>
  switchSteps(
    { id: "rollback", title: "Rollback: the source becomes the writer again", to: "source" },
    switchedWorld(world, "source", { ...SWITCH_LIMITS, ...limits }),
    limits,
  );
