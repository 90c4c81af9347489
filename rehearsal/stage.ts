import { join } from "node:path";
import { startStandIn } from "../offline/stand-in";
import { synthesize } from "../offline/synthesis";
import { openWorkspace } from "../offline/workspace";
import type { World } from "../runbook/world";
import type { Belongings } from "./belongings";
import { installedPostgres } from "./binaries";
import { readDistribution } from "./edge/distribution";
import { startEdge, type Edge } from "./edge/edge";
import { localEdgeSwitch, type LocalEdgeSwitch } from "./edge/edge-switch";
import { localWorld } from "./local-world";
import { openPhaseStacks, type PhaseStacks } from "./phase-stacks";
import type { Progress } from "./progress";
import type { Reaper } from "./reaper";
import { startRegions, type Regions } from "./regions";
import { migrateBothSides, ordersAmong, ordersOf } from "./sample-orders";

export interface StageOptions {
  /** The app command, as `app` in `cdktf.json`. */
  readonly app: string;
  /** The project's directory, where the command runs. */
  readonly project: string;
  /** The run's directory. */
  readonly directory: string;
  readonly latencyMs: number;
  readonly points: number;
  readonly convergenceMs: number;
  readonly seed: number;
  readonly reaper: Reaper;
  readonly belongings: Belongings;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The local world, built and ready for visitors. */
export interface Stage {
  readonly stacks: PhaseStacks;
  readonly regions: Regions;
  readonly edge: Edge;
  readonly edgeSwitch: LocalEdgeSwitch;
  readonly world: World;
}

/** Applies the phase stacks that a cutover needs, and builds the local world from their state. */
export async function buildStage(options: StageOptions): Promise<Stage> {
  const { directory, belongings, progress, reaper, signal } = options;
  const { app, project, latencyMs } = options;
  // Before anything that takes time.
  installedPostgres();
  const synthesis = await progress.part("synthesize", () =>
    synthesize({ app, directory: project, output: join(directory, "stacks"), signal }),
  );

  const standIn = await startStandIn();
  belongings.own("stand-in for AWS", () => standIn.close());
  reaper.remove(standIn.directory);
  const workspace = await openWorkspace({
    synthesis,
    directory: join(directory, "applied"),
    standIn,
    signal,
  });
  const stacks = openPhaseStacks(workspace);
  for (const phase of ["standby", "replication", "cutover"] as const) {
    await progress.part(`apply ${stacks.nameOf(phase)}`, () => stacks.apply(phase));
    if (phase === "standby") ordersAmong(stacks.part(phase).databases);
  }
  const { states } = stacks;
  const standby = stacks.part("standby");
  const { edge: manifest } = stacks.part("cutover");
  if (!manifest) throw new Error("The workload has no edge, and the rehearsal's visitors come through one");

  const regions = await progress.part("start databases and tasks in both regions", () =>
    startRegions({
      ...{ states, directory, reaper, latencyMs, signal },
      givenText: (arn) => standIn.cloud.secretText(arn),
      onNotice: (line) => progress.note(line),
    }),
  );
  belongings.own(`${regions.clusters.length} databases, ${regions.services.length} services`, () =>
    regions.stop(),
  );

  const distribution = readDistribution(states, manifest.distributionId);
  const { points, convergenceMs, seed } = options;
  const edge = await progress.part(`open ${points} points of presence`, () =>
    startEdge({
      ...{ distribution, points, convergenceMs, seed },
      network: regions.network,
      regions: [standby.sourceRegion, standby.targetRegion],
      onFault: (fault) => progress.note(fault),
    }),
  );
  belongings.own(`${points} points of presence`, () => edge.close());

  const edgeSwitch = localEdgeSwitch({ edge, distribution, manifest, cloud: standIn.cloud });
  const replication = stacks.part("replication");
  const world = localWorld({ regions, states, standby, replication, edge: edgeSwitch });
  await progress.part("migrate both databases", () => migrateBothSides(ordersOf(world)));
  await progress.part("wait for healthy tasks", () => regions.healthy(signal));
  return { stacks, regions, edge, edgeSwitch, world };
}
