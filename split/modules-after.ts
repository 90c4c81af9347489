import { openCatalog } from "../offline/schema/catalog";
import type { ProofOptions, Side } from "./proof";
import type { RootModule } from "./root-module";
import { stateForCopy } from "./state-copy";
import { type Placed, statedConfiguration } from "./stated-configuration";

/** The root modules as they are after the split, with the states of before. */
export function modulesAfter({ from, into, moves }: Pick<ProofOptions, "from" | "into" | "moves">): {
  readonly from: RootModule;
  readonly into?: RootModule;
} {
  const to = new Map(moves.map((move) => [move.resource.address, move.to]));
  const moved = moves.map(({ resource, to: address }) => ({ ...resource, address }));
  if (!into) {
    const placed = from.resources.map((one) => ({ ...one, address: to.get(one.address) ?? one.address }));
    return { from: moduleOf(from, placed) };
  }
  return {
    from: moduleOf(
      from,
      from.resources.filter(({ address }) => !to.has(address)),
    ),
    into: moduleOf(into, [...into.resources, ...moved]),
  };
}

function moduleOf({ configuration, state }: Side, placed: readonly Placed[]): RootModule {
  const isMadeUp = configuration === undefined;
  return {
    code: isMadeUp ? statedConfiguration(placed, openCatalog()) : configuration,
    state: state === undefined ? undefined : stateForCopy(state, isMadeUp),
  };
}
