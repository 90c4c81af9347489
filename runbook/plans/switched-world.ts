import { pairSwitch } from "../postgres/pair-switch";
import type { HoldLimits } from "../postgres/write-switch";
import type { Side } from "../side";
import type { World } from "../world";
import type { SwitchedWorld } from "./switch";

/** The world as a switch to one side acts on it. */
export const switchedWorld = (world: World, to: Side, limits: HoldLimits): SwitchedWorld => ({
  databases: world.databases.map((pair) => ({
    ...pairSwitch(pair, to, limits),
    endpoint: pair.endpoint,
  })),
  edge: world.edge,
  jobs: world.jobs,
  services: world.services,
  buckets: world.buckets,
});
