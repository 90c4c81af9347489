import * as fs from "node:fs";
import * as path from "node:path";
import { startStandIn } from "./stand-in";
import { synthesize, type SynthesizedStack } from "./synthesis";
import { openWorkspace, type StackPlan, type Variables } from "./workspace";

/** An app to be synthesized. */
export interface AppSource {
  /** The app command, as `app` in `cdktf.json`. */
  readonly app: string;
  /** The project's directory, where the command runs. */
  readonly project: string;
}

export interface PreviewOptions {
  readonly head: AppSource;
  /** What is taken for deployed. @default - nothing is */
  readonly base?: AppSource;
  /** Values of variables for the plans; each goes to the stacks that declare it. What is deployed has their defaults. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the stacks to plan. @default - all */
  readonly stacks?: readonly string[];
  /** Holds everything; the caller removes it. */
  readonly directory: string;
  readonly signal?: AbortSignal;
  /** Told what is done now. @default - nobody listens */
  readonly onProgress?: (line: string) => void;
}

/** What a deploy would do. */
export interface Preview {
  /** In dependency order. */
  readonly plans: readonly { readonly stack: string; readonly plan: StackPlan }[];
  /** Stacks of the base that the app has no more: they stay deployed, and CDKTF forgets them. */
  readonly left: readonly string[];
}

/**
 * Plans an app's stacks with the real Terraform core and no AWS, against what another version of it would have deployed.
 *
 * A stack is planned as a deploy in order would plan it: with what the stacks before it will say once they are applied.
 *
 * @throws Error of the synthesis or of Terraform, and for stacks and variables that the app does not have
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const { head, base, directory, signal, onProgress = () => undefined } = options;
  onProgress(base ? "synthesize both versions" : "synthesize");
  const synthesized = (source: AppSource, name: string) =>
    synthesize({ app: source.app, directory: source.project, output: path.join(directory, name), signal });
  const [headStacks, baseStacks] = await Promise.all([
    synthesized(head, "head"),
    base ? synthesized(base, "base") : { stacks: [] },
  ]);
  refuse(headStacks.stacks, options);

  const standIn = await startStandIn();
  const place = path.join(directory, "workspace");
  try {
    const deployed = await openWorkspace({ synthesis: baseStacks, directory: place, standIn, signal });
    for (const stack of deployed.stacks) {
      onProgress(`apply ${stack} as it is deployed`);
      await deployed.init(stack);
      await deployed.apply(stack);
    }
    const workspace = await openWorkspace({ synthesis: headStacks, directory: place, standIn, signal });
    const wanted = new Set(options.stacks ?? workspace.stacks);
    const asked = neededFor(headStacks.stacks, wanted);
    const plans: { stack: string; plan: StackPlan }[] = [];
    for (const stack of headStacks.stacks) {
      if (!asked.has(stack.name)) continue;
      const variables = variablesOf(stack, options.variables);
      onProgress(`plan ${stack.name}`);
      await workspace.init(stack.name);
      const plan = await workspace.plan(stack.name, variables);
      if (wanted.has(stack.name)) plans.push({ stack: stack.name, plan });
      const isRead = headStacks.stacks.some(
        ({ name, dependencies }) => asked.has(name) && dependencies.includes(stack.name),
      );
      if (isRead && !plan.empty) await workspace.apply(stack.name, variables);
    }
    return { plans, left: deployed.stacks.filter((name) => !workspace.stacks.includes(name)) };
  } finally {
    standIn.close();
  }
}

function refuse(
  stacks: readonly SynthesizedStack[],
  { stacks: wanted = [], variables }: PreviewOptions,
): void {
  const names = stacks.map(({ name }) => name);
  const declared = new Set(stacks.flatMap(declaredIn));
  const faults = [
    ...wanted
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: no such stack; there are ${names.join(", ")}`),
    ...Object.keys(variables)
      .filter((name) => !declared.has(name))
      .map(
        (name) =>
          `--var ${name}: no stack has this variable; there are ${[...declared].sort().join(", ") || "none"}`,
      ),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** The wanted stacks, and all that they depend on. */
function neededFor(stacks: readonly SynthesizedStack[], wanted: ReadonlySet<string>): Set<string> {
  const needed = new Set(wanted);
  // In dependency order, so one pass from the end meets every stack after those that need it.
  for (const { name, dependencies } of [...stacks].reverse()) {
    if (needed.has(name)) dependencies.forEach((one) => needed.add(one));
  }
  return needed;
}

function declaredIn({ directory }: SynthesizedStack): string[] {
  const text = fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8");
  return Object.keys((JSON.parse(text) as { variable?: object }).variable ?? {});
}

const variablesOf = (stack: SynthesizedStack, given: Readonly<Record<string, string>>): Variables => {
  const declared = declaredIn(stack);
  return Object.fromEntries(Object.entries(given).filter(([name]) => declared.includes(name)));
};
