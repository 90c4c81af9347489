import type { Command } from "commander";
import { EXIT } from "./exit-codes";

/** Options and arguments that a command does not know, each as a fault. */
export function unexpected(command: Command): string[] {
  const options = command.args.filter((arg) => arg.startsWith("-"));
  // What follows an unknown option may be its value: naming both would be one fault too many.
  if (options.length > 0) return options.map((option) => `${option}: no such option`);
  return command.args.map((arg) => `${arg}: no argument is expected`);
}

/** Prints all faults of a call at once, with `--json` as one object on stdout as well, and sets the exit code for bad usage. */
export function refuse(command: Command, faults: readonly string[]): void {
  const name = [command.parent?.name(), command.name()].filter(Boolean).join(" ");
  process.stderr.write([...faults, `See ${name} --help`, ""].join("\n"));
  if (command.opts<{ json?: boolean }>().json) {
    const found = { command: command.name(), exitCode: EXIT.usage, error: faults.join("\n"), next: [] };
    process.stdout.write(`${JSON.stringify(found)}\n`);
  }
  process.exitCode = EXIT.usage;
}
