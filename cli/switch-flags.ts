import type { Manifest } from "../runbook/aws/manifest";
import type { AwsWorld } from "../runbook/aws/world";
import type { JournalEntry } from "../runbook/journal";
import type { PlanFlags } from "./plan-flags";

/** Options that only a switch has. */
export const SWITCH_OPTIONS = [
  [
    "--strict-fence",
    "take the application's roles the right to log in, too, while they are fenced off: for roles that own their tables",
  ],
  [
    "--invalidate <path...>",
    "have CloudFront forget what it keeps under these path patterns, such as '/*', once it leads to the other side",
  ],
] as const;

/** CloudFront works on no more paths with a wildcard at a time. Source: CloudFront developer guide, "Concurrent invalidation request maximum". */
const WILDCARDS = 15;
/** Printable ASCII: anything else has to be percent-encoded, and a wildcard counts as one only at the end. */
const PATTERN = /^\/[!-)+-~]*\*?$/;

/** Every fault of a switch's options. */
export function switchFaults({ invalidate = [] }: PlanFlags): string[] {
  const wildcards = invalidate.filter((path) => path.endsWith("*")).length;
  return [
    ...invalidate
      .filter((path) => !PATTERN.test(path))
      .map(
        (path) =>
          `--invalidate ${path}: expected a path that begins with "/", percent-encoded, with "*" at its end at most, such as /assets/*`,
      ),
    ...invalidate
      .filter((path, index) => invalidate.indexOf(path) !== index)
      .map((path) => `--invalidate ${path}: named twice, expected once`),
    ...(wildcards > WILDCARDS
      ? [
          `--invalidate: ${wildcards} paths end with "*", expected ${WILDCARDS} at most, which is what CloudFront takes at a time; name a common beginning`,
        ]
      : []),
  ];
}

/** What a switch's options ask of a workload that has it not. */
export const switchUnfit = (
  { workload, parts }: Pick<Manifest, "workload" | "parts">,
  { invalidate }: PlanFlags,
): string[] =>
  invalidate && parts.cutover && !parts.cutover.edge
    ? [`--invalidate: ${workload} has no edge that is managed here, expected one; leave the option out`]
    : [];

/** The world as a switch's options ask for it. @param entries the journal's, as they grow */
export async function switchedAsAsked(
  world: AwsWorld,
  manifest: Manifest,
  plan: "cutover" | "rollback",
  { strictFence, invalidate: paths }: PlanFlags,
  entries: readonly JournalEntry[],
): Promise<AwsWorld> {
  const databases = strictFence ? world.databases.map((pair) => ({ ...pair, strictFence })) : world.databases;
  const edge = manifest.parts.cutover?.edge;
  if (!paths || !edge || !world.edge) return { ...world, databases };
  const { edgeForgetting } = await import("../runbook/aws/edge-forgetting");
  const { runBegunAt } = await import("../runbook/cut-off");
  // Of the time, too: the number of a run alone begins anew with another journal.
  const run = () => `${plan}-${runBegunAt(plan, entries)}`;
  return {
    ...world,
    databases,
    edge: { ...world.edge, forgetting: edgeForgetting(world.clients, edge, { paths, run }) },
  };
}
