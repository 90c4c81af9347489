import type { Side } from "../side";
import type { DatabasePair } from "../world";
import type { WriteSwitch } from "../write-switch";
import { physicalSwitch } from "./physical-switch";
import { turningSwitch } from "./turning-switch";
import type { HoldLimits } from "./write-switch";

/** The write switch of a pair, by its strategy. */
export const pairSwitch = (pair: DatabasePair, to: Side, limits: HoldLimits): WriteSwitch =>
  pair.strategy === "logical" ? turningSwitch(pair, to, limits) : physicalSwitch(pair, to, limits);
