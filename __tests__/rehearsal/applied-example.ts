import { join } from "node:path";
import { startStandIn } from "../../offline/stand-in";
import { synthesize } from "../../offline/synthesis";
import { openWorkspace } from "../../offline/workspace";
import type { GivenText } from "../../rehearsal/secrets";
import type { States } from "../../rehearsal/state";

/** The example's stacks up to cutover, applied by the real Terraform core below a directory, and their secrets' texts. */
export async function applyExample(
  directory: string,
): Promise<{ readonly states: States; readonly givenText: GivenText }> {
  const standIn = await startStandIn();
  try {
    const app = "node -r ts-node/register/transpile-only main.ts";
    const synthesis = await synthesize({
      app,
      directory: join(__dirname, "../.."),
      output: join(directory, "stacks"),
    });
    const workspace = await openWorkspace({ synthesis, directory: join(directory, "terraform"), standIn });
    const states: Record<string, States[string]> = {};
    for (const stack of workspace.stacks.filter((name) => !name.endsWith("-decommission"))) {
      await workspace.init(stack);
      await workspace.apply(stack);
      states[stack] = await workspace.state(stack);
    }
    return { states, givenText: (arn) => standIn.cloud.secretText(arn) };
  } finally {
    standIn.close();
  }
}
