import { spawn } from "node:child_process";
import { once } from "node:events";
import * as os from "node:os";
import type { Command } from "commander";
import { cannotStart } from "../offline/command";
import { startStandIn } from "../offline/stand-in";

const EXAMPLES = `
Examples:
  relocate offline -- terraform -chdir=cdktf.out/stacks/storefront-standby plan
  relocate offline -- npx cdktf deploy '*' --auto-approve --skip-provider-lock

Types of resources are taken from the Terraform files and local state files below the current directory and CDKTF_OUTDIR.
Nothing reaches AWS, and nothing is kept but what the command itself writes, such as its state files.

Exit codes: that of the command; 128 + the signal's number when a signal ended it; 127 when it cannot be started.`;

/** As a shell does: 128 and the signal's number. */
const codeOf = (signal: NodeJS.Signals) => 128 + os.constants.signals[signal];

/**
 * Runs a command with the stand-in attached, its input and output connected to ours.
 *
 * @returns its exit code
 */
export async function runOffline(program: string, list: readonly string[]): Promise<number> {
  const standIn = await startStandIn();
  standIn.offerTypesBelow(process.cwd());
  const { CDKTF_OUTDIR: output } = process.env;
  if (output) standIn.offerTypesBelow(output);
  // Ctrl-C reaches the whole group of the terminal; the command decides what to do about it, and we end after it.
  const child = spawn(program, list, { stdio: "inherit", env: { ...process.env, ...standIn.environment } });
  const leaveItToTheCommand = () => undefined;
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on("SIGINT", leaveItToTheCommand).on("SIGTERM", passOn).on("SIGHUP", passOn);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return signal ? codeOf(signal) : (code ?? 1);
  } catch (error) {
    if (!cannotStart(error)) throw error;
    process.stderr.write(`relocate offline: ${program}: not found\n`);
    return 127;
  } finally {
    process.off("SIGINT", leaveItToTheCommand).off("SIGTERM", passOn).off("SIGHUP", passOn);
    standIn.close();
  }
}

/** Adds `relocate offline` to the command line. */
export function registerOffline(program: Command): void {
  program
    .command("offline")
    .summary("run a command with Terraform offline")
    .description(
      "Run a command in which the real Terraform works without AWS: a stand-in takes the provider's place.",
    )
    .argument("<command...>", "the command and its arguments, after --")
    .addHelpText("after", EXAMPLES)
    .action(async ([name = "", ...list]: string[]) => {
      process.exitCode = await runOffline(name, list);
    });
}
