import type { Command } from "commander";
import { answer } from "./answer";
import { SHARED_HELP, type SharedFlags, sharedFaults, withSharedOptions } from "./shared-options";
import { refuse, unexpected } from "./usage";

const HELP = `
Looks at every database on both sides and at AWS, changes nothing, and lists what stands in the way, each with its fix. Writes
what there is at the source into <workload>-inventory.md and .json; run again, it tells what has changed since.

Examples:
  $ relocate preflight
  $ relocate preflight --json | jq '.checks[].findings[]'
${SHARED_HELP}
Exit codes:
  0    nothing stands in the way
  1    it could not be looked at
  2    bad usage
  5    findings stand in the way
`;

/** Adds the command `preflight`. */
export function registerPreflight(program: Command): void {
  withSharedOptions(
    program.command("preflight").description("list what stands in the way, and write the inventory"),
  )
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: SharedFlags, called: Command) => {
      const faults = [...unexpected(called), ...sharedFaults(flags)];
      if (faults.length > 0) return refuse(called, faults);
      await answer("preflight", flags.json, async () => {
        const { preflight } = await import("./preflight-run");
        return preflight(flags);
      });
    });
}
