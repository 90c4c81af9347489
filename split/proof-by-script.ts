import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../offline/command";
import type { Terraform } from "../offline/terraform";
import { modulesAfter } from "./modules-after";
import { acrossScript, moveScript } from "./move-script";
import { initialised, planned } from "./planned";
import type { ProofOptions, Unwanted } from "./proof";
import { layRootModule, stateFileIn } from "./root-module";

/** Runs the script on copies of the states, and plans them then. */
export async function proveByScript(options: ProofOptions, terraform: Terraform): Promise<Unwanted[]> {
  const { directory, moves, signal } = options;
  const after = modulesAfter(options);
  const from = layRootModule(after.from, join(directory, "script", "from"));
  const into = after.into && layRootModule(after.into, join(directory, "script", "into"));
  await initialised(terraform, from);
  const script = join(directory, "moves.sh");
  writeFileSync(script, into ? acrossScript(moves) : moveScript(moves));
  const { code, stderr } = await run({
    program: "bash",
    arguments: [script, ...(into ? [stateFileIn(from), stateFileIn(into)] : [])],
    directory: from,
    environment: terraform.environment,
    signal,
  });
  if (code !== 0) throw new Error(`moves.sh failed on a copy of the state:\n${stderr.trim()}`);
  const changes: Unwanted[] = [];
  for (const [side, place] of Object.entries({ from, into }) as [Unwanted["side"], string | undefined][]) {
    if (place === undefined) continue;
    const plan = await planned(terraform, place);
    changes.push(
      ...plan.changes.map(({ address, actions }) => ({ address, actions, by: "script" as const, side })),
    );
  }
  return changes;
}
