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
  const { from, into } = modulesAfter(options);
  const places = { from: join(directory, "script", "from"), into: join(directory, "script", "into") };
  layRootModule(from, places.from);
  if (into) layRootModule(into, places.into);
  await initialised(terraform, places.from);
  const script = join(directory, "moves.sh");
  writeFileSync(script, into ? acrossScript(moves) : moveScript(moves));
  const { code, stderr } = await run({
    program: "bash",
    arguments: [script, ...(into ? [stateFileIn(places.from), stateFileIn(places.into)] : [])],
    directory: places.from,
    environment: terraform.environment,
    signal,
  });
  if (code !== 0) throw new Error(`moves.sh failed on a copy of the state:\n${stderr.trim()}`);
  const sides = into ? (["from", "into"] as const) : (["from"] as const);
  const changes: Unwanted[] = [];
  for (const side of sides) {
    const plan = await planned(terraform, places[side]);
    changes.push(
      ...plan.changes.map(({ address, actions }) => ({ address, actions, by: "script" as const, side })),
    );
  }
  return changes;
}
