#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { EXIT } from "./exit-codes";
import { registerLateRows } from "./late-rows";
import { registerOffline } from "./offline";
import { registerStackPlan } from "./plan";
import { registerPlans } from "./plans";
import { registerPreflight } from "./preflight";
import { registerRehearse } from "./rehearse";
import { registerReview } from "./review";
import { registerSplit } from "./split";
import { registerRunInAws } from "./run-in-aws";
import { registerStatus } from "./status";
import { registerVerify } from "./verify";
import { registerWatch } from "./watch";

/** The package's own version; its manifest lies above `cli/` in a checkout and above `dist/cli/` when installed. */
function ownVersion(): string {
  const [manifest] = ["..", "../.."].flatMap((up) => {
    try {
      return [JSON.parse(readFileSync(join(__dirname, up, "package.json"), "utf8")) as { version: string }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
  return manifest?.version ?? "unknown";
}

/** Bad usage that Commander found by itself, for those who read JSON. */
function tellUsage(error: string, exitCode: number): void {
  const [, , command = "relocate", ...options] = process.argv;
  const ended = options.indexOf("--");
  if (!(ended < 0 ? options : options.slice(0, ended)).includes("--json")) return;
  process.stdout.write(`${JSON.stringify({ command, exitCode, error, next: [] })}\n`);
}

async function main(): Promise<void> {
  const program = new Command("relocate")
    .description(
      "Move a running AWS workload to another region, without losing a write, and with a way back.",
    )
    .version(ownVersion())
    // What follows the command that is run in AWS is that command's own.
    .enablePositionalOptions()
    .exitOverride();
  registerPreflight(program);
  registerStatus(program);
  registerVerify(program);
  registerLateRows(program);
  registerPlans(program);
  registerWatch(program);
  registerRunInAws(program);
  registerRehearse(program);
  registerStackPlan(program);
  registerReview(program);
  registerSplit(program);
  registerOffline(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed what it found; help and version are no faults.
    if (error.exitCode === 0) return;
    const exitCode = Number(process.exitCode ?? EXIT.usage);
    process.exitCode = exitCode;
    tellUsage(error.message, exitCode);
  }
}

// Whoever read along may go, as a terminal does: that must not cut a plan off in the middle.
process.stderr.on("error", () => undefined);
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.failed;
});
