import { z } from "zod";
import type { ManifestEdge } from "../../lib/manifest";
import type { Cloud } from "../../offline/cloud";
import type { ObjectValue } from "../../offline/value";
import type { Side } from "../../runbook/side";
import type { Pointer, Sighting } from "../../runbook/world";
import type { Distribution } from "./distribution";
import type { Edge } from "./edge";

/** Where the router tells what its point of presence believes. */
const BELIEF_PATH = "/.well-known/relocate";

/** The runbook's edge switch, with what the rehearsal reports of it. */
export interface LocalEdgeSwitch extends Pointer {
  /** From the first point that was seen to follow the last change to the last one, in milliseconds. */
  convergenceMs(): number;
}

export interface EdgeSwitchOptions {
  readonly edge: Edge;
  readonly distribution: Distribution;
  readonly manifest: ManifestEdge;
  /** What "AWS" holds: every change is entered there too, so that a later plan sees it. */
  readonly cloud: Cloud;
}

/** Flips the local edge exactly as the `cutover` variable would: the key and the router's committed side, or the target. */
export function localEdgeSwitch(options: EdgeSwitchOptions): LocalEdgeSwitch {
  const { edge, distribution, manifest } = options;
  const flip = manifest.flip === "key-value-store" ? keyFlip(options, manifest) : targetFlip(options);
  const sideOf = (origin: string | undefined): Side | undefined =>
    (["source", "target"] as const).find((side) => manifest.origins[side] === origin);
  const firstSeen = new Map<string, number>();
  let pointedAt: Side | undefined;

  const sight = async (index: number): Promise<Sighting> => {
    const { label, url } = edge.points[index] ?? { label: "", url: "" };
    // Without a router nobody answers at the path; the distribution's own deployment status tells it then.
    const believed = distribution.router ? await askBelief(url) : edge.targets()[index];
    return { vantagePoint: label, side: sideOf(believed) };
  };

  return {
    current() {
      const side = sideOf(flip.named());
      if (side) return Promise.resolve(side);
      const expected = Object.values(manifest.origins).join(" or ");
      return Promise.reject(new Error(`the edge names "${flip.named() ?? "nothing"}", expected ${expected}`));
    },
    point(side) {
      if (pointedAt !== side) firstSeen.clear();
      pointedAt = side;
      flip.name(manifest.origins[side]);
      return Promise.resolve();
    },
    async probe() {
      const sightings = await Promise.all(edge.points.map((_, index) => sight(index)));
      for (const { vantagePoint, side } of sightings) {
        if (side === pointedAt && !firstSeen.has(vantagePoint))
          firstSeen.set(vantagePoint, performance.now());
      }
      return sightings;
    },
    convergenceMs() {
      const times = [...firstSeen.values()];
      return times.length === 0 ? 0 : Math.round(Math.max(...times) - Math.min(...times));
    },
  };
}

/** What names the active origin, and how another one is named. Naming the same one again changes nothing. */
interface Flip {
  named(): string | undefined;
  name(originId: string): void;
}

const COMMITTED = /^const COMMITTED = .*;$/m;

function keyFlip(options: EdgeSwitchOptions, manifest: ManifestEdge & { flip: "key-value-store" }): Flip {
  const { edge, distribution, cloud } = options;
  const { router } = distribution;
  const { store } = edge;
  if (!router?.store || !store) {
    throw new Error(`${distribution.at}: flip is "key-value-store", but its router has no key-value store`);
  }
  return {
    named: () => store.latest(manifest.activeKey),
    name(originId) {
      if (store.latest(manifest.activeKey) !== originId) {
        store.put(manifest.activeKey, originId);
        const entry = cloud
          .find("aws_cloudfrontkeyvaluestore_key")
          .find(
            (one) => one.key_value_store_arn === manifest.keyValueStoreArn && one.key === manifest.activeKey,
          );
        if (!entry) throw new Error(`no key "${manifest.activeKey}" in ${manifest.keyValueStoreArn}`);
        cloud.update("aws_cloudfrontkeyvaluestore_key", z.string().parse(entry.id), { value: originId });
      }
      const code = edge.routerCode() ?? "";
      if (!COMMITTED.test(code)) throw new Error(`${router.at}: expected one line "const COMMITTED = ...;"`);
      const committed = code.replace(COMMITTED, () => `const COMMITTED = ${JSON.stringify(originId)};`);
      if (committed === code) return;
      edge.publishRouter(committed);
      cloud.update("aws_cloudfront_function", router.id, { code: committed });
    },
  };
}

function targetFlip({ edge, manifest, cloud }: EdgeSwitchOptions): Flip {
  const held = () =>
    cloud.find("aws_cloudfront_distribution").find((one) => one.id === manifest.distributionId);
  const behaviours = (name: string) => (held()?.[name] ?? []) as ObjectValue[];
  const named = () => z.string().optional().parse(behaviours("default_cache_behavior")[0]?.target_origin_id);
  return {
    named,
    name(originId) {
      const before = named();
      if (before === undefined || before === originId) return;
      edge.retarget(originId);
      const retargeted = (name: string) =>
        behaviours(name).map((behaviour) => ({ ...behaviour, target_origin_id: originId }));
      cloud.update("aws_cloudfront_distribution", manifest.distributionId, {
        default_cache_behavior: retargeted("default_cache_behavior"),
        ordered_cache_behavior: retargeted("ordered_cache_behavior"),
      });
    },
  };
}

const belief = z.object({ active: z.string() });

/** Undefined when the point does not answer, or not with a belief: the runbook then asks again. */
async function askBelief(url: string): Promise<string | undefined> {
  const answer = await fetch(url + BELIEF_PATH, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) return undefined;
  return belief.parse(await answer.json()).active;
}
