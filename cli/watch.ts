import type { Command } from "commander";
import { answer } from "./answer";
import { parseDuration } from "./duration";
import { SHARED_HELP, type SharedFlags, sharedFaults, withSharedOptions } from "./shared-options";
import { parseSize } from "./size";
import { refuse, unexpected } from "./usage";

const HELP = `
Looks at the log that the source keeps for the target, one line a database and round. A slot that nobody reads from keeps all
log since, until the disk is full and the source stops: from --warn on it is warned of, at --stop it is dropped. The source
serves on, and the relocation begins anew: "relocate abort", then "relocate start". Only while the source is the writer, and
never while another command is at work. To be left running from "start" to "cutover".

Examples:
  $ relocate watch                             looks once
  $ relocate watch --every 30s                 until Ctrl-C, or until nothing is left to be watched
  $ relocate watch --every 30s --stop 8GiB     for a disk with 10 GiB to spare
  $ relocate watch --every 30s --dry-run       warns, and drops nothing
${SHARED_HELP}
Exit codes:
  0    looked, and nothing had to be dropped
  1    a source could not be asked, or what had to be dropped could not be, or was not in a dry run
  2    bad usage
  4    slots were dropped: relocate abort, then start
  130  Ctrl-C (129: SIGHUP, 143: SIGTERM)
`;

/** Options of `watch` as they were written. */
export interface WatchFlags extends SharedFlags {
  readonly every?: string;
  readonly warn: string;
  readonly stop: string;
  readonly dryRun: boolean;
}

/** What they ask for. */
export interface WatchSettings {
  /** Between two rounds, in milliseconds. @default - one round */
  readonly everyMs?: number;
  readonly warnBytes: number;
  readonly stopBytes: number;
}

/** Reads the options. @returns the settings, or every fault found */
export function readWatchFlags(flags: WatchFlags): WatchSettings | { readonly faults: readonly string[] } {
  const everyMs = flags.every === undefined ? undefined : parseDuration(flags.every);
  const [warnBytes, stopBytes] = [parseSize(flags.warn), parseSize(flags.stop)];
  const faults = [
    ...sharedFaults(flags),
    ...(flags.every !== undefined && (everyMs === undefined || everyMs < 1_000)
      ? [`--every ${flags.every}: expected a duration of at least 1s, such as 30s`]
      : []),
    ...(warnBytes === undefined ? [`--warn ${flags.warn}: expected a size such as 5GiB`] : []),
    ...(stopBytes === undefined ? [`--stop ${flags.stop}: expected a size such as 20GiB`] : []),
    ...(warnBytes !== undefined && stopBytes !== undefined && warnBytes > stopBytes
      ? [`--warn ${flags.warn}: expected at most what --stop says, ${flags.stop}`]
      : []),
  ];
  if (warnBytes === undefined || stopBytes === undefined || faults.length > 0) return { faults };
  return { everyMs, warnBytes, stopBytes };
}

/** Adds the command `watch`. */
export function registerWatch(program: Command): void {
  withSharedOptions(program.command("watch").description("keep the source's disk from filling"))
    .option("--every <interval>", "round after round at an interval, such as 30s")
    .option("--warn <size>", "log kept for the target from which to warn", "5GiB")
    .option("--stop <size>", "log kept for the target at which it is given up", "20GiB")
    .option("--dry-run", "say what would be dropped, and drop nothing", false)
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: WatchFlags, called: Command) => {
      const settings = readWatchFlags(flags);
      const faults = [...unexpected(called), ...("faults" in settings ? settings.faults : [])];
      if ("faults" in settings || faults.length > 0) return refuse(called, faults);
      await answer("watch", flags.json, async () => {
        const { watchSource } = await import("./watch-source");
        return watchSource(flags, settings);
      });
    });
}
