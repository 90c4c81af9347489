import type { Network } from "../network";
import type { PublicPlace } from "../place";
import { seededRandom } from "../seeded";
import { converging } from "./converging";
import type { Distribution } from "./distribution";
import { loadFunction } from "./function-runtime";
import { openKeyValueStore, type KeyValueStore } from "./key-value-store";
import { startPoint, type PointOfPresence } from "./point-of-presence";

export interface EdgeOptions {
  readonly distribution: Distribution;
  readonly network: Pick<Network, "reach">;
  /** The regions that points of presence stand near, in turn. */
  readonly regions: readonly string[];
  /** Number of points of presence. @default 6 */
  readonly points?: number;
  /** Time until the last point sees what was written, in milliseconds. @default 31_000, the longest that was measured */
  readonly convergenceMs?: number;
  /** Decides the order in which points see a write. @default 1 */
  readonly seed?: number;
  /** Told once of each fault that viewers only see as an error. */
  onFault?(fault: string): void;
}

/** The running edge: points of presence over a store and a configuration that both converge point by point. */
export interface Edge {
  readonly points: readonly PointOfPresence[];
  /** @default - the router has no store */
  readonly store?: KeyValueStore;
  /** Publishes new code for the router. */
  publishRouter(code: string): void;
  /** The router's code as published last. @default - there is no router */
  routerCode(): string | undefined;
  /** Changes the origin of the default behaviour. */
  retarget(originId: string): void;
  /** What each point takes for the behaviour's origin now. */
  targets(): readonly string[];
  close(): Promise<void>;
}

/**
 * Starts the points of presence.
 *
 * @throws UnreachableError when an origin cannot be reached from CloudFront, with the reasons
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { distribution, network, regions, points: count = 6, convergenceMs = 31_000, seed = 1 } = options;
  const { router, origins } = distribution;
  const convergence = { points: count, convergenceMs, random: seededRandom(seed) };
  const store = router?.store && openKeyValueStore(router.store.entries, convergence);
  const loaded = router && { code: router.code, run: loadFunction(router.code, router.id) };
  const routers = loaded && converging(loaded, convergence);
  const target = converging(distribution.targetOriginId, convergence);

  const reported = new Set<string>();
  const onFault = (fault: string) => {
    if (!reported.has(fault)) options.onFault?.(fault);
    reported.add(fault);
  };

  const addressFrom = (place: PublicPlace, wanted: { readonly id: string } | { readonly domain: string }) => {
    if ("domain" in wanted) return network.reach(place, wanted.domain, 443);
    const origin = origins.find(({ id }) => id === wanted.id);
    if (!origin) throw new Error(`${distribution.at}: no origin "${wanted.id}"`);
    return network.reach(place, origin.domainName, origin.port);
  };

  const places = Array.from({ length: count }, (_, index): PublicPlace => {
    const region = regions[index % regions.length] ?? "";
    return { region, public: "cloudfront", label: `point of presence ${index + 1} near ${region}` };
  });
  // An origin out of reach shows now, with its reasons, and not as a 502 to a viewer after the switch.
  for (const place of places) for (const { id } of origins) await addressFrom(place, { id });

  const points = await Promise.all(
    places.map((place, index) =>
      startPoint({
        label: place.label,
        allowedMethods: distribution.allowedMethods,
        cachedPaths: distribution.cachedPaths,
        originIds: origins.map(({ id }) => id),
        targetOriginId: () => target.seenBy(index),
        router: routers && (() => routers.seenBy(index).run),
        read: store && ((key) => store.get(index, key)),
        connect: (origin) => addressFrom(place, origin),
        onFault,
      }),
    ),
  );

  return {
    points,
    store,
    publishRouter(code) {
      if (!router || !routers)
        throw new Error(`${distribution.at}: there is no viewer-request function to publish`);
      routers.write({ code, run: loadFunction(code, router.id) });
    },
    routerCode: () => routers?.latest().code,
    retarget: (originId) => target.write(originId),
    targets: () => points.map((_, index) => target.seenBy(index)),
    close: async () => {
      await Promise.all(points.map((point) => point.close()));
    },
  };
}
