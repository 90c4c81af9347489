import type { Command } from "commander";
import { drillFaults } from "./drill-flags";
import { type PlanCommand, registerPlan } from "./plan-command";
import { switchedAsAsked, switchFaults, SWITCH_OPTIONS, switchUnfit } from "./switch-flags";

const start: PlanCommand = {
  name: "start",
  summary: "put every database into replication both ways",
  help: `
Copies every table to the target and keeps both sides equal from then on. The source serves on all the while; a gate that
stands open comes before each of its tables. Run again, it adds what came since. The source of a database with strategy
snapshot records from then on which rows are written: take its snapshot after that.
`,
  phases: ["standby", "replication"],
  plan: async (world) => (await import("../runbook/plans/start")).startPlan(world),
  afterwards: ({ world, manifest }) =>
    Promise.resolve(
      (world.snapshots ?? []).map(
        ({ name }) =>
          `${name}: its source records what is written. Take its snapshot now, copy it to ${manifest.targetRegion}, and deploy ` +
          `${manifest.workload}-standby with --var ${name.replaceAll("-", "_")}_snapshot=<snapshot>`,
      ),
    ),
  next: ({ world }, line) => [
    ...(world.databases.length > 0 ? [line("verify")] : []),
    ...(world.snapshots?.length ? [line("late-rows")] : []),
  ],
};

const abort: PlanCommand = {
  name: "abort",
  summary: "give the relocation up: the source serves on, nothing of the runbook stays",
  help: `
At any time before the target is the writer. Takes replication, gates and the schema "relocate" away on both sides, and
empties the tables on the target that replication has filled, so that "relocate start" can be run again. The source loses no
row. A target that cannot be reached is left as it is, and told.
`,
  phases: ["standby", "replication"],
  question: ({ manifest }) =>
    `${manifest.workload} stays in ${manifest.sourceRegion}: its copy in ${manifest.targetRegion} is emptied.`,
  plan: async (world) => (await import("../runbook/plans/abort")).abortPlan(world),
  async afterwards(_, { steps }) {
    const { leftToDo } = await import("./left-to-do");
    return leftToDo(steps);
  },
  next: (_, line) => [line("start")],
};

const cutover: PlanCommand = {
  name: "cutover",
  summary: "make the target the active side",
  help: `
Hands the right to write over to the target, then points the edge, workers and schedules there. Lossless, and reversible by
"relocate rollback" until "relocate complete". It prints when the point of no return is crossed. Where "relocate verify" has run
in this directory, what was written since is compared before writers are held and once more after the switch, each time within
60 seconds or not at all: it is refused when rows differ before, and ends with 4 when they do after.
`,
  phases: ["standby", "replication", "cutover"],
  options: SWITCH_OPTIONS,
  faults: switchFaults,
  unfit: switchUnfit,
  question: ({ manifest }) =>
    `${manifest.workload} moves from ${manifest.sourceRegion} to ${manifest.targetRegion}: writers are held for a moment.`,
  plan: async (world, { manifest }, flags, entries) => {
    const { cutoverPlan } = await import("../runbook/plans/cutover");
    const { keptVerifications } = await import("./verification-file");
    const asked = await switchedAsAsked(world, manifest, "cutover", flags, entries);
    return cutoverPlan(asked, {}, keptVerifications(manifest.workload));
  },
  next: ({ manifest, world }, line) => [
    `cdktf deploy ${manifest.workload}-cutover --ignore-missing-stack-dependencies --var cutover=true   # plans no change`,
    ...(world.snapshots?.length ? [line("replay")] : []),
    line("status"),
  ],
};

const rollback: PlanCommand = {
  name: "rollback",
  summary: "make the source the active side again",
  help: `
The same as cutover with the sides swapped: every write that the target took is on the source before it takes the first one.
`,
  phases: ["standby", "replication", "cutover"],
  options: SWITCH_OPTIONS,
  faults: switchFaults,
  unfit: switchUnfit,
  plan: async (world, { manifest }, flags, entries) => {
    const { rollbackPlan } = await import("../runbook/plans/rollback");
    const { keptVerifications } = await import("./verification-file");
    const asked = await switchedAsAsked(world, manifest, "rollback", flags, entries);
    return rollbackPlan(asked, {}, keptVerifications(manifest.workload));
  },
  next: (_, line) => [line("cutover")],
};

const complete: PlanCommand = {
  name: "complete",
  summary: "end the way back: nothing of the runbook stays",
  help: `
Ends the replication back to the source and takes gates, publications and the schema "relocate" away. There is no way back
from its first removal on. Writes the proof that the source may be retired.
`,
  phases: ["standby", "replication", "cutover"],
  question: ({ manifest }) =>
    `${manifest.workload} stays in ${manifest.targetRegion}: what it writes does not reach ${manifest.sourceRegion} any more, and there is no rollback.`,
  plan: async (world) => (await import("../runbook/plans/complete")).completePlan(world),
  async afterwards(ground) {
    const { writePostMortem } = await import("./post-mortem-file");
    const file = `${ground.manifest.workload}-post-mortem.md`;
    await writePostMortem(ground, file);
    return [`the timeline is in ${file}`];
  },
  next: ({ manifest }) => [
    `cdktf deploy ${manifest.workload}-decommission --ignore-missing-stack-dependencies --var retire_source=true`,
  ],
};

const drill: PlanCommand = {
  name: "drill",
  summary: "prove every quarter that the move works, and that the backups can be restored elsewhere",
  help: `
Rehearses the move on this machine (as "relocate rehearse" in the project's directory), then copies the newest snapshot of every
PostgreSQL database, on RDS or Aurora, from the active side's region to the other one, restores it there into a scratch database,
counts the rows of every table, and removes both. Touches nothing else: what it deletes carries the tag relocate:scratch. A
failure or Ctrl-C removes what was made; after a crash the same command does.

Costs an instance of each database's class for about an hour, and the traffic of one copy between the regions.
`,
  phases: ["standby", "replication"],
  options: [["--no-rehearse", "restore the backups only, as in the runner's task, which has no project"]],
  faults: drillFaults,
  async plan(world, { manifest }, { rehearse }) {
    const { drillPlan } = await import("../runbook/aws/drill");
    const { rehearseHere } = await import("./drill-rehearsal");
    return drillPlan(world, manifest, rehearse === false ? {} : { rehearse: rehearseHere });
  },
  next: (_, line) => [line("status")],
};

const replay: PlanCommand = {
  name: "replay",
  summary: "bring to the target what was written after the snapshot it was restored from",
  help: `
For databases with strategy snapshot, once their targets are restored, and as often as you like: each run brings what the
source has taken since, in one transaction for each database, and moves the target's sequences beyond the source's. A row that the target has
written too is never overwritten: it is told, with its key, and the command ends with 4 until both sides have it alike.
What it would do is told by --dry-run, and by "relocate late-rows".
`,
  phases: ["standby", "replication"],
  question: ({ manifest }) =>
    `What ${manifest.sourceRegion} has taken since the snapshots of ${manifest.workload} is written in ${manifest.targetRegion}.`,
  plan: async (world) => (await import("../runbook/plans/replay")).replayPlan(world),
  next: (_, line) => [line("late-rows")],
};

/** Commands that carry out a plan. */
export const PLANS: readonly PlanCommand[] = [start, replay, cutover, rollback, complete, abort, drill];

/** Adds the commands that carry out a plan. */
export function registerPlans(program: Command): void {
  for (const planned of PLANS) registerPlan(program, planned);
}
