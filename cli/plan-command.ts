import type { Command } from "commander";
import type { Phase } from "../lib/manifest";
import type { Manifest } from "../runbook/aws/manifest";
import type { AwsWorld } from "../runbook/aws/world";
import type { JournalEntry } from "../runbook/journal";
import type { PlanResult } from "../runbook/result";
import type { Plan } from "../runbook/step";
import { answer } from "./answer";
import { PLAN_EXIT_CODES } from "./exit-codes";
import type { Ground } from "./ground";
import { NOTIFY_HELP, planFlagFaults, type PlanFlags, withPlanOptions } from "./plan-flags";
import { SHARED_HELP } from "./shared-options";
import { refuse, unexpected } from "./usage";

/** A command that carries out one plan of the runbook. */
export interface PlanCommand {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, for its help. */
  readonly help: string;
  /** Phases whose stacks must be deployed. */
  readonly phases: readonly Phase[];
  /** What is about to happen, for the operator to agree to. @default - nobody is asked */
  readonly question?: (ground: Pick<Ground, "manifest">) => string;
  /** Options that only this command has. @default - none */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** What is wrong with them. @default - nothing can be */
  readonly faults?: (flags: PlanFlags) => readonly string[];
  /** What they ask of a workload that has it not: bad usage, found before anything is asked of AWS. @default - nothing */
  readonly unfit?: (manifest: Manifest, flags: PlanFlags) => readonly string[];
  /** Loaded when it is carried out. @param entries the journal's, as they grow; none for a dry run */
  plan(world: AwsWorld, ground: Ground, flags: PlanFlags, entries: readonly JournalEntry[]): Promise<Plan>;
  /** What to type next once it is done. */
  next(ground: Ground, line: (command: string) => string): readonly string[];
  /** Done after a plan that came to its end, such as a report. @returns lines for the operator. @default - nothing */
  readonly afterwards?: (ground: Ground, result: PlanResult) => Promise<readonly string[]>;
}

/** Adds a command that carries out a plan. */
export function registerPlan(program: Command, planned: PlanCommand): void {
  const { name, summary, help, question, options = [], faults: own } = planned;
  const command = withPlanOptions(program.command(name).description(summary), question !== undefined);
  for (const option of options) command.option(...option);
  command
    .addHelpText("after", `\n${help.trim()}\n${SHARED_HELP}${NOTIFY_HELP}${PLAN_EXIT_CODES}`)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: PlanFlags, called: Command) => {
      const faults = [
        ...unexpected(called),
        ...planFlagFaults(flags, question !== undefined),
        ...(own?.(flags) ?? []),
      ];
      if (faults.length > 0) return refuse(called, faults);
      // Clients of AWS and all the rest: help and refusals need none of it.
      const { carryOut, showDryRun } = await import("./plan-run");
      await answer(name, flags.json, () => (flags.dryRun ? showDryRun : carryOut)(planned, flags));
    });
}
