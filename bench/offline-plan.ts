import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startStandIn } from "../offline/stand-in";
import { synthesize } from "../offline/synthesis";
import { openWorkspace } from "../offline/workspace";

/** How long each part took, in milliseconds. */
export interface OfflinePlanTimes {
  /** The app alone, without the CDKTF CLI. */
  readonly synthesize: number;
  readonly standIn: number;
  /** By stack: `init` and `validate`, then the plan from nothing, its apply, and the plan that says "No changes". */
  readonly stacks: Readonly<
    Record<string, Readonly<Record<"init" | "validate" | "plan" | "apply" | "secondPlan", number>>>
  >;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - start)];
}

/**
 * Measures the offline plan of a project.
 *
 * @param directory the project's; its `cdktf.json` names the app
 */
export async function measureOfflinePlan(directory: string): Promise<OfflinePlanTimes> {
  const { app } = JSON.parse(fs.readFileSync(path.join(directory, "cdktf.json"), "utf8")) as { app: string };
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-bench-"));
  const [standIn, standInTime] = await timed(startStandIn);
  try {
    const [synthesis, synthesisTime] = await timed(() =>
      synthesize({ app, directory, output: path.join(scratch, "synthesized") }),
    );
    const workspace = await openWorkspace({ synthesis, directory: path.join(scratch, "workspace"), standIn });
    const stacks: Record<string, OfflinePlanTimes["stacks"][string]> = {};
    for (const stack of workspace.stacks) {
      const [, init] = await timed(() => workspace.init(stack));
      const [, validate] = await timed(() => workspace.validate(stack));
      const [, plan] = await timed(() => workspace.plan(stack));
      const [, apply] = await timed(() => workspace.apply(stack));
      const [, secondPlan] = await timed(() => workspace.plan(stack));
      stacks[stack] = { init, validate, plan, apply, secondPlan };
    }
    return { synthesize: synthesisTime, standIn: standInTime, stacks };
  } finally {
    standIn.close();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

if (require.main === module) {
  void measureOfflinePlan(path.join(__dirname, "..")).then(({ stacks, ...rest }) => {
    console.log(rest);
    console.table(stacks);
  });
}
