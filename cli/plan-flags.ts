import type { Command } from "commander";
import { parseWebhook, type StatusSettings } from "../runbook/status-updates";
import { parseDuration } from "./duration";
import { type SharedFlags, sharedFaults, withSharedOptions } from "./shared-options";

/** Options of a command that carries out a plan, as they were written. */
export interface PlanFlags extends SharedFlags {
  readonly dryRun: boolean;
  readonly notifyFile?: string;
  readonly notifyEvery: string;
  /** @default - the command asks nothing */
  readonly yes?: boolean;
  /** Of a switch: the application's roles lose the right to log in, too. @default false */
  readonly strictFence?: boolean;
  /** Of a switch: path patterns that the edge is to forget. @default - none */
  readonly invalidate?: readonly string[];
  /** Of a drill: whether the move is rehearsed. @default - the command rehearses nothing */
  readonly rehearse?: boolean;
}

/** Options that only one command has, as they were given: whoever types it again needs them. */
export const ownWords = ({ strictFence, invalidate, rehearse }: PlanFlags): string[] => [
  ...(strictFence ? ["--strict-fence"] : []),
  ...(invalidate ? ["--invalidate", ...invalidate] : []),
  ...(rehearse === false ? ["--no-rehearse"] : []),
];

/** The variable with the webhook's address: it may hold a token, which arguments of a process would show to everybody. */
export const WEBHOOK_VARIABLE = "RELOCATE_NOTIFY_URL";

/** Help of status updates. */
export const NOTIFY_HELP = `
Status updates (which step is under way, since when, what went wrong, what stands) go to the webhook in ${WEBHOOK_VARIABLE} and
to --notify-file: when a plan begins, fails, is taken back, is past the point of no return and ends, and at an interval. A
channel that fails disturbs nothing, and is told at the end.
`;

/** Adds the options of plans to a command. */
export function withPlanOptions(command: Command, asks: boolean): Command {
  withSharedOptions(command)
    .option("--dry-run", "print each action with its SQL or API call, and touch nothing", false)
    .option("--notify-file <file>", "add a line for each status update to a file")
    .option("--notify-every <duration>", "between two status updates while nothing changes", "5m");
  return asks ? command.option("--yes", "do not ask for the workload's name", false) : command;
}

/** What status updates need besides the plan. */
export type Notify = Omit<StatusSettings, "workload">;

/** Reads where status updates go. @returns the settings, and every fault found */
export function readNotify(flags: PlanFlags): {
  readonly notify: Notify;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const everyMs = parseDuration(flags.notifyEvery);
  if (everyMs === undefined || everyMs < 1_000)
    faults.push(`--notify-every ${flags.notifyEvery}: expected a duration of at least 1s, such as 5m`);
  let webhook: URL | undefined;
  const { [WEBHOOK_VARIABLE]: address } = process.env;
  if (address) {
    try {
      webhook = parseWebhook(address);
    } catch (error) {
      faults.push(`${WEBHOOK_VARIABLE}: ${(error as Error).message}`);
    }
  }
  return { notify: { webhook, file: flags.notifyFile, everyMs: everyMs ?? 0 }, faults };
}

/** Every fault of a plan's options. @param asks whether the workload's name has to be typed */
export function planFlagFaults(flags: PlanFlags, asks: boolean): string[] {
  const isAsked = asks && !flags.yes && !flags.dryRun;
  return [
    ...sharedFaults(flags),
    ...readNotify(flags).faults,
    ...(isAsked && !process.stdin.isTTY
      ? ["--yes: expected where there is no terminal to ask for the workload's name"]
      : []),
  ];
}
