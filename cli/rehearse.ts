import type { Command } from "commander";
import { tellProgress } from "../rehearsal/progress";
import { describeReport } from "../rehearsal/report";
import { EXIT } from "./exit-codes";
import { interruptible, Interrupted } from "./interrupt";
import { readFlags, REHEARSE_DEFAULTS, type RehearseFlags } from "./rehearse-flags";
import { styleFor } from "./style";
import { refuse, unexpected } from "./usage";

const HELP = `
Applies the app's phase stacks with the real Terraform core and no AWS account, builds both regions from the resulting
state on this machine, and moves a running application to the target, back, and to the target again, under load.

Each PostgreSQL database is switched in the way its applications find the writer: host list, pooler (needs pgbouncer) or
private name. Workers ship what visitors order, schedules report on it; both run on one side at a time. A sample takes the
containers' place: it reads the workload's own <NAME>_DATABASE_URL variables.

Examples:
  $ relocate rehearse                      as measured in AWS: the edge converges over 31 s
  $ relocate rehearse --convergence 5s     for the impatient
  $ relocate rehearse --dns 30s            a slow day of Route 53, for databases with a private name
  $ relocate rehearse --json > report.json
  $ relocate rehearse --keep               leaves logs, ledger, journal, post-mortem and state for a look

Exit codes:
  0    nothing lost, duplicated or failed to read, no job lost or done twice, and both sides equal
  1    something went wrong; the report says what went wrong first
  2    bad usage
  130  interrupted by Ctrl-C (129: by SIGHUP, 143: by SIGTERM), after everything was stopped; a second Ctrl-C ends at once
`;

/** Adds the command `rehearse`. */
export function registerRehearse(program: Command): void {
  program
    .command("rehearse")
    .description("move a running application to the other region and back, on this machine")
    .option(
      "--convergence <duration>",
      "time until the last point of presence sees a change",
      REHEARSE_DEFAULTS.convergence,
    )
    .option(
      "--dns <duration>",
      "time until the last region's name servers know a changed private name",
      REHEARSE_DEFAULTS.dns,
    )
    .option("--rate <number>", "requests per second", REHEARSE_DEFAULTS.rate)
    .option("--writes <percent>", "share of the requests that write", REHEARSE_DEFAULTS.writes)
    .option("--latency <duration>", "latency between the regions, one way", REHEARSE_DEFAULTS.latency)
    .option(
      "--points <number>",
      "points of presence, half of them near each region",
      REHEARSE_DEFAULTS.points,
    )
    .option("--settle <duration>", "time on each side after a switch", REHEARSE_DEFAULTS.settle)
    .option(
      "--seed <number>",
      "decides arrivals and the order in which points converge",
      REHEARSE_DEFAULTS.seed,
    )
    .option("--app <command>", "command that synthesizes the stacks (default: app of cdktf.json)")
    .option("--keep", "leave the run's directory", false)
    .option("--json", "print the report as one JSON object", false)
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: RehearseFlags, command: Command) => {
      const settings = readFlags(flags, process.cwd());
      const faults = [...unexpected(command), ...("faults" in settings ? settings.faults : [])];
      if ("faults" in settings || faults.length > 0) return refuse(command, faults);
      // Databases, Terraform and all the rest: help and refusals need none of it.
      const { rehearse } = await import("../rehearsal/rehearse");
      const progress = tellProgress((line) => process.stderr.write(`${line}\n`), styleFor(process.stderr));
      const onInterrupt = () => progress.note("interrupted: stopping everything that was started");
      try {
        const found = await interruptible(
          (signal) => rehearse({ ...settings, progress, signal }),
          onInterrupt,
        );
        const text = flags.json
          ? JSON.stringify(found)
          : `\n${describeReport(found, styleFor(process.stdout))}`;
        process.stdout.write(`${text}\n`);
        process.exitCode = found.ok ? EXIT.ok : EXIT.failed;
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify(endedBy(error as Error))}\n`);
        if (!(error instanceof Interrupted)) throw error;
        if (error.cause instanceof Error) progress.note(error.cause.message);
        process.exitCode = error.exitCode;
      }
    });
}

/** What there is to read where there is no report. */
const endedBy = (error: Error) => ({
  command: "rehearse",
  exitCode: error instanceof Interrupted ? error.exitCode : EXIT.failed,
  error: error.message,
  next: [],
});
