import { join } from "node:path";
import { startStandIn } from "../offline/stand-in";
import { synthesize } from "../offline/synthesis";
import { openWorkspace } from "../offline/workspace";
import type { PartOf } from "../lib/manifest";
import type { World } from "../runbook/world";
import type { Belongings } from "./belongings";
import { installedPostgres } from "./binaries";
import { readDistribution } from "./edge/distribution";
import { startEdge, type Edge } from "./edge/edge";
import { localEdgeSwitch, type LocalEdgeSwitch } from "./edge/edge-switch";
import { openPrivateNames } from "./dns/private-names";
import { openJobs, type Jobs } from "./jobs/job-gates";
import { localWorld, unplayable } from "./local-world";
import { openParameters } from "./parameters";
import { openPhaseStacks, type PhaseStacks } from "./phase-stacks";
import type { Progress } from "./progress";
import type { Reaper } from "./reaper";
import { startRegions, type Regions } from "./regions";
import { migrateBothSides } from "./sample-orders";
import { seededRandom } from "./seeded";

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
  /** Time until the last region's name servers know a changed private name, in milliseconds. */
  readonly dnsDelayMs: number;
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
  readonly jobs: Jobs;
  readonly world: World;
  /** Names of the databases that visitors reach. */
  readonly visited: readonly string[];
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
    if (phase === "standby") refuseUnplayable(stacks.part(phase).databases);
  }
  const { states } = stacks;
  const standby = stacks.part("standby");
  const replication = stacks.part("replication");
  const cutover = stacks.part("cutover");
  const { edge: manifest } = cutover;
  if (!manifest) throw new Error("The workload has no edge, and the rehearsal's visitors come through one");

  const { cloud } = standIn;
  const parameters = openParameters(cloud);
  const sideRegions = { source: standby.sourceRegion, target: standby.targetRegion };
  const privateNames = await openPrivateNames({
    states,
    writerNames: cutover.writerNames,
    regions: Object.values(sideRegions),
    delayMs: options.dnsDelayMs,
    random: seededRandom(options.seed),
  });
  belongings.own("resolvers", () => privateNames.close());
  const regions = await progress.part("start databases and tasks in both regions", () =>
    startRegions({
      ...{ states, directory, reaper, latencyMs, signal, privateNames },
      poolers: { poolers: replication.poolers, regionOf: sideRegions, parameters },
      givenText: (arn) => cloud.secretText(arn),
      onNotice: (line) => progress.note(line),
    }),
  );
  const poolers = regions.poolers.flatMap(({ instances }) => instances).length;
  belongings.own(
    [
      `${regions.clusters.length} databases`,
      `${regions.services.length} services`,
      ...(poolers > 0 ? [`${poolers} poolers`] : []),
    ].join(", "),
    () => regions.stop(),
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

  const edgeSwitch = localEdgeSwitch({ edge, distribution, manifest, cloud });
  const jobs = openJobs({
    ...{ cutover, regionOf: sideRegions, regions, states, cloud },
    onNotice: (line) => progress.note(line),
  });
  belongings.own("schedules", () => jobs.stop());
  const world = await localWorld({
    ...{ regions, states, standby, replication, privateNames, parameters, cloud },
    edge: edgeSwitch,
    jobs: jobs.gates,
  });
  await progress.part("migrate the databases of both regions", () =>
    Promise.all(world.databases.map(migrateBothSides)),
  );
  await progress.part("wait for healthy tasks", () => regions.healthy(signal));
  jobs.begin();
  const names = world.databases.map(({ name }) => name);
  const visited = await reachable(edge.points[0]?.url ?? "", names);
  for (const name of names.filter((one) => !visited.includes(one)))
    progress.note(`${name}: no visitor reaches it; it is switched and compared, and nobody writes to it`);
  return { stacks, regions, edge, edgeSwitch, jobs, world, visited };
}

function refuseUnplayable(databases: PartOf<"standby">["databases"]): void {
  const faults = unplayable(databases);
  if (faults.length > 0)
    throw new Error(["The rehearsal cannot play every database of the workload:", ...faults].join("\n"));
}

/**
 * The databases that visitors reach: the web service behind the path of its name has it.
 *
 * @throws Error when there is none
 */
async function reachable(url: string, names: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(names.map((name) => fetch(`${url}/${name}?limit=1`)));
  const found = names.filter((_, index) => answers[index]?.status !== 404);
  if (found.length > 0) return found;
  throw new Error(
    "The rehearsal's visitors come through the edge and write to databases, and no web service has any: " +
      `the workload's databases: ${names.join(", ") || "none"}`,
  );
}
