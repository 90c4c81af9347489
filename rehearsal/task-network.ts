import type { ContainerNetwork } from "./container-network";
import type { PrivateNames } from "./dns/private-names";
import { isKnownTo, type Network } from "./network";
import type { VpcPlace } from "./place";

/** What decides how a task sees the network. */
export interface TaskSurroundings {
  readonly network: Network;
  /** @default - no name follows a writer */
  readonly privateNames?: PrivateNames;
}

/** Every name of the network as a task at this place sees it. */
export async function taskNetwork(
  place: VpcPlace,
  { network, privateNames }: TaskSurroundings,
): Promise<ContainerNetwork> {
  const routes: Record<string, number[] | null> = {};
  for (const endpoint of network.endpoints) {
    if (!isKnownTo(place, endpoint)) continue;
    for (const [known, local] of Object.entries(endpoint.ports)) {
      const port = Number(known);
      const name = `${endpoint.host.toLowerCase()}:${port}`;
      if (network.obstacles(place, endpoint.place, port).length > 0) routes[name] = null;
      else {
        const way = await network.reachTask(place, endpoint.place, port, local);
        routes[name] = [...(routes[name] ?? []), way.port];
      }
    }
  }
  const resolver = privateNames?.resolvers.find(({ region }) => region === place.region);
  if (!privateNames || !resolver) return { routes };
  const names = [...privateNames.names.values()].map(({ name }) => name);
  return { routes, aliases: { resolver: resolver.address, names } };
}
