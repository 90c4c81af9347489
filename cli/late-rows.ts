import type { Command } from "commander";
import { answer, type Answer, tell } from "./answer";
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
For databases with strategy snapshot: which rows the source has taken after the snapshot that the target was restored from, by
table, with the minutes between the first and the last of them and those that the workload accepts to lose. Exact, since the
source records from "relocate start" on which rows are written. Rows that both sides have written are listed with their keys. Changes nothing.

Examples:
  $ relocate late-rows
  $ relocate late-rows --json | jq '.databases[].minutes'
${SHARED_HELP}
Exit codes:
  0    nothing is late
  1    more is late than the workload accepts to lose, or it cannot be told
  2    bad usage
  4    rows are late: "relocate replay" brings them, but for those that both sides have written
  130  Ctrl-C (129: SIGHUP, 143: SIGTERM)
`;

/** Adds the command `late-rows`. */
export function registerLateRows(program: Command): void {
  withSharedOptions(
    program
      .command("late-rows")
      .description("tell what was written after a snapshot, and is not on the target"),
  )
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: SharedFlags, called: Command) => {
      const faults = [...unexpected(called), ...sharedFaults(flags)];
      if (faults.length > 0) return refuse(called, faults);
      await answer("late-rows", flags.json, () => lateRows(flags));
    });
}

async function lateRows(flags: SharedFlags): Promise<Answer> {
  const { openGround } = await import("./ground");
  const { interruptible } = await import("./interrupt");
  const { readLateRows } = await import("../runbook/late-rows/late-rows");
  const { describeLateRows } = await import("../runbook/late-rows/telling");
  const { eachDatabase } = await import("../runbook/each-database");
  const { conflictCount, isBeyondAccepted, lateCount } = await import("../runbook/late-rows/result");
  const ground = await openGround(flags);
  try {
    const { snapshots = [] } = ground.world;
    const told = await interruptible(
      (signal) => eachDatabase(snapshots, (pair) => readLateRows(pair, signal)),
      () => tell("interrupted"),
    );
    const databases = [...told.values()];
    const isAny = databases.some((found) => lateCount(found) + conflictCount(found) > 0);
    const line = (command: string) => commandLine(command, flags);
    return {
      exitCode: databases.some(isBeyondAccepted) ? EXIT.failed : isAny ? EXIT.stopped : EXIT.ok,
      json: { workload: ground.manifest.workload, databases },
      text:
        snapshots.length === 0
          ? "no database has strategy snapshot: nothing can be late"
          : databases.map(describeLateRows).join("\n"),
      next: isAny ? [line("replay")] : snapshots.length > 0 ? [line("cutover")] : [],
    };
  } finally {
    ground.close();
  }
}
