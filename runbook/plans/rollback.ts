import { postgresSwitch, type HoldLimits } from "../postgres/write-switch";
import type { Plan } from "../step";
import type { World } from "../world";
import { switchSteps } from "./switch";

/**
 * Makes the source the writer again, with everything that was written on the target.
 *
 * @param limits of the hold. @default HOLD_LIMITS
 */
export const rollbackPlan = (world: World, limits?: HoldLimits): Plan =>
  switchSteps(
    { id: "rollback", title: "Rollback: the source becomes the writer again", to: "source" },
    world.databases.map((pair) => postgresSwitch(pair, "source", limits)),
    world.edge,
  );
