import type { ManifestEdge } from "../../lib/manifest";
import { SIDES, type Side } from "../side";
import type { Pointer, Sighting } from "../world";
import type { Clients } from "./clients";
import { changeOrigin, originOf, waitUntilDeployed } from "./distribution";
import { editFunction } from "./edge-function";
import { askEdge } from "./edge-points";
import { readKey, writeKey } from "./edge-store";

/** One look at whether a distribution has been deployed, in milliseconds. */
const DEPLOYED_LOOK = 5_000;
/** The line of the router that carries the side it falls back to; the stacks and the runbook write it alike. */
const COMMITTED = /^const COMMITTED = .*;$/m;

/**
 * The edge as the runbook turns it: exactly what the variable `cutover` would write, so that the deploy afterwards plans no
 * change.
 *
 * With a key-value store each address of the public name is a vantage point, asked what its router believes. They are
 * those that this machine is given: points of presence near it. Without a router, CloudFront itself tells whether its
 * change has arrived everywhere.
 *
 * Needs, with a key-value store, `cloudfront-keyvaluestore:DescribeKeyValueStore`, `GetKey`, `PutKey`, and
 * `cloudfront:DescribeFunction`, `GetFunction`, `UpdateFunction`, `PublishFunction`; otherwise
 * `cloudfront:GetDistributionConfig`, `UpdateDistribution`, `GetDistribution`.
 *
 * @param region whose credentials sign for the key-value store
 */
export function edgePointer(clients: Clients, edge: ManifestEdge, region: string): Pointer {
  const flip = edge.flip === "key-value-store" ? storeFlip(clients, edge, region) : originFlip(clients, edge);
  return {
    async current() {
      const origin = await flip.named();
      const side = sideOf(edge, origin);
      if (side) return side;
      throw new Error(
        `the edge names the origin ${JSON.stringify(origin ?? "none")}, expected ${Object.values(edge.origins).join(" or ")}; ` +
          "deploy the cutover stack",
      );
    },
    point: (side) => flip.name(edge.origins[side]),
    probe: () => flip.sightings(),
  };
}

/** What names the active origin. */
interface Flip {
  named(): Promise<string | undefined>;
  name(origin: string): Promise<void>;
  sightings(): Promise<readonly Sighting[]>;
}

type EdgeOf<F extends ManifestEdge["flip"]> = Extract<ManifestEdge, { flip: F }>;

function storeFlip(clients: Clients, edge: EdgeOf<"key-value-store">, region: string): Flip {
  const store = clients.in("edgeStore", region);
  const key = { storeArn: edge.keyValueStoreArn, key: edge.activeKey };
  return {
    named: () => readKey(store, key),
    async name(origin) {
      await writeKey(store, key, origin);
      // Where a point of presence cannot ask the store, it falls back to what the code says.
      await editFunction(clients.cloudFront(), edge.routerFunctionName, (code) => commit(code, origin, edge));
    },
    async sightings() {
      const points = await askEdge(edge.publicName);
      return points.map(({ address, origin }) => ({ vantagePoint: address, side: sideOf(edge, origin) }));
    },
  };
}

function commit(code: string, origin: string, edge: EdgeOf<"key-value-store">): string {
  if (!COMMITTED.test(code)) {
    throw new Error(
      `function ${edge.routerFunctionName}: no line "const COMMITTED = ...;", expected one; deploy the cutover stack`,
    );
  }
  return code.replace(COMMITTED, () => `const COMMITTED = ${JSON.stringify(origin)};`);
}

function originFlip(clients: Clients, edge: EdgeOf<"distribution">): Flip {
  const { distributionId, origins } = edge;
  const named = () => originOf(clients.cloudFront(), distributionId);
  return {
    named,
    async name(origin) {
      const from = Object.values(origins).find((other) => other !== origin) ?? origin;
      await changeOrigin(clients.cloudFront(), { distributionId, from, to: origin });
    },
    async sightings() {
      const vantagePoint = `distribution ${distributionId}`;
      try {
        const signal = AbortSignal.timeout(DEPLOYED_LOOK);
        await waitUntilDeployed(clients.cloudFront(), distributionId, { signal });
      } catch {
        // Still on its way, or CloudFront did not answer: either way it is not known to have arrived.
        return [{ vantagePoint }];
      }
      return [{ vantagePoint, side: sideOf(edge, await named()) }];
    },
  };
}

const sideOf = ({ origins }: ManifestEdge, origin: string | undefined): Side | undefined =>
  SIDES.find((side) => origins[side] === origin);
