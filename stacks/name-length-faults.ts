import { LONGEST_BUCKET_NAME } from "../lib/regional/bucket";
import { LONGEST_CACHE_NAME } from "../lib/regional/cache";
import { LONGEST_SERVICE_NAME } from "../lib/regional/service";
import { fault, unless } from "../lib/workload/fault";
import type { Workload } from "../lib/workload/workload";
import type { RelocationProps, RelocationRegion } from "./relocation-props";
import { webServices } from "./web-services";

/** Kinds whose names in AWS can become too long although each part of them is not; of all others there is room. */
const LIMITS = {
  services: { longest: LONGEST_SERVICE_NAME, what: "target groups", names: webServices },
  caches: {
    longest: LONGEST_CACHE_NAME,
    what: "caches",
    names: ({ caches = {} }: Workload) => Object.keys(caches),
  },
  buckets: { longest: LONGEST_BUCKET_NAME, what: "buckets", names: ({ buckets = [] }: Workload) => buckets },
} as const;

type Kind = keyof typeof LIMITS;

/**
 * What AWS calls a thing is `<workload>-<name>`, and it takes some of them only up to a length.
 *
 * What exists already keeps the name it has, so only what is made on one side at least is held against it.
 */
export function nameLengthFaults({ workload, source, target }: RelocationProps): string[] {
  return (Object.keys(LIMITS) as Kind[]).flatMap((kind) => {
    const { longest, what, names } = LIMITS[kind];
    return names(workload)
      .filter((name) => [source, target].some((side) => isMade(side, kind, name)))
      .map((name) => ({ name, whole: `${workload.name}-${name}` }))
      .flatMap(({ name, whole }) =>
        unless(
          whole.length <= longest,
          fault(
            `${kind}.${name}`,
            `the name "${whole}" of ${whole.length} characters`,
            `${longest} at most, which is what AWS leaves for ${what}`,
            "shorten it, or the workload's name before it",
          ),
        ),
      );
  });
}

/** A side that describes what exists may have it; its constructs say so at synth if it has not. */
function isMade({ existing, adopt }: RelocationRegion, kind: Kind, name: string): boolean {
  return existing === undefined && !(name in (adopt?.[kind] ?? {}));
}
