import { openCatalog } from "../offline/schema/catalog";
import type { ProofOptions, Side } from "./proof";
import type { RootModule } from "./root-module";
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
  if (configuration !== undefined) return { code: configuration, state };
  return {
    code: statedConfiguration(placed, openCatalog()),
    state: state === undefined ? undefined : ofAws(state),
  };
}

/**
 * What a configuration made up from a state cannot ask for is left out: other providers, data sources, outputs. It has one
 * provider, while Terraform asks for the very one that made an object.
 */
function ofAws(state: string): string | undefined {
  if (state.trim() === "") return undefined;
  const { resources, ...rest } = JSON.parse(state) as {
    readonly resources?: readonly {
      readonly mode: string;
      readonly type: string;
      readonly provider: string;
    }[];
  };
  const own = (resources ?? []).filter(({ mode, type }) => mode === "managed" && type.startsWith("aws_"));
  const placed = own.map((one) => ({ ...one, provider: /provider\["[^"]*"\]/.exec(one.provider)?.[0] }));
  return JSON.stringify({ ...rest, outputs: {}, check_results: null, resources: placed });
}
