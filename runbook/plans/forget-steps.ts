import type { Side } from "../side";
import type { Step } from "../step";
import type { Edge } from "../world";

/** CloudFront names no limit; most invalidations take a minute or two. In milliseconds. */
const FORGETTING = 20 * 60_000;

/**
 * Once every vantage point agrees, and not before: a point that still asked the side that is left would keep its answer
 * again.
 */
export function forgetSteps(edge: Edge | undefined, from: Side): Step[] {
  const forgetting = edge?.forgetting;
  if (!forgetting) return [];
  return [
    {
      id: "forgotten",
      title: `The edge forgets what it kept of the ${from}`,
      timeout: FORGETTING,
      async run(context) {
        const onChange = (seen: string) => context.observe("seen", seen);
        context.observe("invalidation", await forgetting.forget(context.signal, onChange));
      },
      actions: () => Promise.resolve([`edge: CreateInvalidation of ${forgetting.paths.join(" ")}`]),
    },
  ];
}
