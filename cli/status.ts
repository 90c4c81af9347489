import type { Command } from "commander";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, type Answer, tell } from "./answer";
import { parseDuration } from "./duration";
import { EXIT } from "./exit-codes";
import {
  commandLine,
  SHARED_HELP,
  type SharedFlags,
  sharedFaults,
  withSharedOptions,
} from "./shared-options";
import { refuse, unexpected } from "./usage";

const HELP = `
Where the relocation stands: phase, active side, lag and log kept for every database, what the edge names and how many points
see it, workers and schedules, the TTL of the public name, who is at work, and the way back that is open now. Only reads, and
tells what cannot be reached instead of failing.

Examples:
  $ relocate status
  $ relocate status --watch 5s
  $ relocate status --json | jq .phase
  $ relocate status --post-mortem storefront.md     what happened so far, from the journal, as Markdown
${SHARED_HELP}
Exit codes:
  0    told, whatever it says
  1    the phase cannot be told
  2    bad usage
  4    something was cut off half way, or both or neither side take writes
`;

interface StatusFlags extends SharedFlags {
  readonly watch?: string;
  readonly postMortem?: string;
}

/** Adds the command `status`. */
export function registerStatus(program: Command): void {
  withSharedOptions(program.command("status").description("show where the relocation stands"))
    .option("--watch <interval>", "again at an interval, such as 5s, until Ctrl-C")
    .option("--post-mortem <file>", "write the timeline of all that was done, from the journal, into a file")
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: StatusFlags, called: Command) => {
      const interval = flags.watch === undefined ? undefined : parseDuration(flags.watch);
      const faults = [
        ...unexpected(called),
        ...sharedFaults(flags),
        ...(flags.watch !== undefined && (interval === undefined || interval < 1_000)
          ? [`--watch ${flags.watch}: expected a duration of at least 1s, such as 5s`]
          : []),
        ...(flags.watch !== undefined && flags.postMortem !== undefined
          ? ["--post-mortem: expected without --watch"]
          : []),
      ];
      if (faults.length > 0) return refuse(called, faults);
      for (;;) {
        await answer("status", flags.json, () => show(flags));
        if (interval === undefined) return;
        await sleep(interval);
      }
    });
}

async function show(flags: StatusFlags): Promise<Answer> {
  const { openGround } = await import("./ground");
  const { readStatus } = await import("../runbook/status/status");
  const { describeStatus } = await import("./tell-status");
  const { publicTtl } = await import("./public-ttl");
  const { styleFor } = await import("./style");
  const ground = await openGround(flags);
  try {
    const { manifest, world } = ground;
    const [status, ttl] = await Promise.all([
      readStatus(world, () => ground.viewJournal(), new AbortController().signal),
      publicTtl(manifest),
    ]);
    const { workload } = manifest;
    if (flags.postMortem !== undefined) {
      const { writePostMortem } = await import("./post-mortem-file");
      await writePostMortem(ground, flags.postMortem);
      tell(`the timeline is in ${flags.postMortem}`);
    }
    const { lastVerification } = await import("./verification-file");
    const verified = await lastVerification(
      workload,
      world.databases.map(({ name }) => name),
    );
    const { regions, leftToPeople } = world;
    const report = { workload, regions, ...status, ttl, verified, leftToPeople };
    const isHalfWay =
      status.cutOff !== undefined ||
      (!status.holder && status.databases.some(({ active }) => active === "both" || active === "none"));
    return {
      exitCode: isHalfWay ? EXIT.stopped : status.phase === "cannot be told" ? EXIT.failed : EXIT.ok,
      json: report,
      text: describeStatus(report, styleFor(process.stdout)),
      next: status.next === undefined ? [] : [commandLine(status.next, flags)],
    };
  } finally {
    ground.close();
  }
}
