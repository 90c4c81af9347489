import type { Side } from "../side";
import type { DatabasePair } from "../world";
import type { WriteSwitch } from "../write-switch";
import { physicalSwitch } from "./physical-switch";
import { postgresSwitch, type HoldLimits } from "./write-switch";

/** The write switch of a pair, by its strategy. */
export const pairSwitch = (pair: DatabasePair, to: Side, limits: HoldLimits): WriteSwitch =>
  pair.strategy === "logical" ? postgresSwitch(pair, to, limits) : physicalSwitch(pair, to, limits);
