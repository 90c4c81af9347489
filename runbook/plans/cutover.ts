import { postgresSwitch, type HoldLimits } from "../postgres/write-switch";
import type { Plan } from "../step";
import type { World } from "../world";
import { switchSteps } from "./switch";

/**
 * Makes the target the writer. Lossless and reversible: `rollback` leads back, without losing what was written since.
 *
 * @param limits of the hold. @default HOLD_LIMITS
 */
export const cutoverPlan = (world: World, limits?: HoldLimits): Plan =>
  switchSteps(
    { id: "cutover", title: "Cutover: the target becomes the writer", to: "target" },
    world.databases.map((pair) => postgresSwitch(pair, "target", limits)),
    world.edge,
  );
