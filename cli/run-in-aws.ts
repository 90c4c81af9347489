import type { Command } from "commander";
import { answer } from "./answer";
import { PLANS } from "./plans";
import { OUTPUTS_HELP, outputFaults, OUTPUTS_OPTION, type SharedFlags } from "./shared-options";
import { refuse } from "./usage";

/** Commands that need nothing of this machine but what they print. */
const RUNNABLE = ["preflight", "status", "verify", "late-rows", "watch", ...PLANS.map(({ name }) => name)];

/** Options of a command that name files of this machine, and why the task wants none. */
const OF_THIS_MACHINE: Readonly<Record<string, string>> = {
  "--outputs": "expected before the command: the task is handed what they hold",
  "--journal": "not expected: in AWS the journal is the stacks' table",
  "--ca-file": "not expected: NODE_EXTRA_CA_CERTS in the runner's image names the authorities",
};

const HELP = `
Runs a command of the runbook inside the target's network, where the databases are reached: starts the one-off task that the
replication stack defines, prints its lines as they come, and ends with its exit code. A closed laptop does not disturb it.

Ctrl-C asks whether to stop the command there (it then takes back, or stops, as it would here) or only to stop watching.
Without a terminal, Ctrl-C and SIGTERM stop it there; a terminal that is closed (SIGHUP) leaves it running.

Files that the command writes (inventory, verification, post-mortem) stay in the task. Status updates go to the webhook that
the task's own variables name.

Examples:
  $ relocate run-in-aws -- preflight
  $ relocate run-in-aws -- cutover
  $ relocate run-in-aws --json -- status
  $ relocate run-in-aws --follow arn:aws:ecs:eu-west-1:123456789012:task/storefront-runner/0f9de17a
${OUTPUTS_HELP}
Exit codes: those of the command, and
  1    the task could not be started, or its container never began
  2    bad usage
  4    not watched to its end, or killed: relocate status tells how it stands
  5    the workload's name was not typed
`;

/** Options of `run-in-aws` as they were written. */
export interface RunInAwsFlags extends Pick<SharedFlags, "outputs" | "json"> {
  /** ARN of a task that was started before. @default - a new one */
  readonly follow?: string;
}

/** Every fault of a call. @param words the command to run, with its options */
export function runInAwsFaults(flags: RunInAwsFlags, words: readonly string[]): string[] {
  const [name] = words;
  return [
    ...outputFaults(flags),
    ...(flags.follow !== undefined && name !== undefined
      ? [`${name}: expected no command together with --follow`]
      : []),
    ...(flags.follow === undefined && (name === undefined || !RUNNABLE.includes(name))
      ? [`${name ?? "command"}: expected one of ${RUNNABLE.join(", ")}, after "--"`]
      : []),
    ...words.flatMap((word) => {
      const why = OF_THIS_MACHINE[word.split("=")[0] ?? ""];
      return why === undefined ? [] : [`${word}: ${why}`];
    }),
    ...(asks(words) && !process.stdin.isTTY
      ? ["--yes: expected where there is no terminal to ask for the workload's name"]
      : []),
  ];
}

/** Whether a command wants the workload's name, which nobody can type there. */
export function asks(words: readonly string[]): boolean {
  const planned = PLANS.find(({ name }) => name === words[0]);
  const isTold = ["--yes", "--dry-run", "--help"].some((word) => words.includes(word));
  return planned?.question !== undefined && !isTold;
}

/** Adds the command `run-in-aws`. */
export function registerRunInAws(program: Command): void {
  program
    .command("run-in-aws")
    .description("run a command of the runbook inside the target's network, as a task of ECS")
    .argument("[command...]", "what to run there, with its options")
    .option(...OUTPUTS_OPTION)
    .option("--follow <task>", "watch a task that was started before, by its ARN")
    .option("--json", "print the result, and the command's own, as one JSON object", false)
    .addHelpText("after", HELP)
    .passThroughOptions()
    .action(async (words: string[], flags: RunInAwsFlags, called: Command) => {
      const faults = runInAwsFaults(flags, words);
      if (faults.length > 0) return refuse(called, faults);
      await answer("run-in-aws", flags.json, async () => {
        const { runInAws } = await import("./run-in-aws-run");
        return runInAws(flags, words);
      });
    });
}
