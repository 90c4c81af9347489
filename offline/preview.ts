import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { startStandIn } from "./stand-in";
import { synthesize, type Synthesis, type SynthesizedStack } from "./synthesis";
import { atMost, together } from "./together";
import { openWorkspace, type StackPlan, type Variables, type Workspace } from "./workspace";

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
  const { directory, onProgress = () => undefined } = options;
  const stopping = new AbortController();
  const signals = [stopping.signal, ...(options.signal ? [options.signal] : [])];
  const signal = AbortSignal.any(signals);
  onProgress(options.base && options.base !== options.head ? "synthesize both versions" : "synthesize");
  const starting = startStandIn();
  try {
    const [, [head, base]] = await together([starting, synthesizeBoth(options, signal, stopping)], stopping);
    refuse(head.stacks, options);
    const standIn = await starting;
    const place = { directory: path.join(directory, "workspace"), standIn, signal };
    const wanted = new Set(options.stacks ?? head.stacks.map(({ name }) => name));
    const runs = { stopping, atOnce: atMost(availableParallelism()) };

    const deployed = base && neededFor(base.stacks, wanted);
    if (deployed) {
      const workspace = await openWorkspace({ ...place, synthesis: base });
      await eachInOrder(deployed, runs, workspace, async ({ name }) => {
        onProgress(`apply ${name} as it is deployed`);
        await workspace.apply(name);
      });
    }

    const asked = neededFor(head.stacks, wanted);
    const isRead = (name: string) => asked.some(({ dependencies }) => dependencies.includes(name));
    const workspace = await openWorkspace({ ...place, synthesis: head });
    const plans = await eachInOrder(asked, runs, workspace, async (stack) => {
      const variables = variablesOf(stack, options.variables);
      onProgress(`plan ${stack.name}`);
      const plan = isRead(stack.name)
        ? await workspace.deploy(stack.name, variables)
        : await workspace.plan(stack.name, variables);
      return { stack: stack.name, plan };
    });
    return {
      plans: plans.filter(({ stack }) => wanted.has(stack)),
      left: (base?.stacks ?? []).map(({ name }) => name).filter((name) => !workspace.stacks.includes(name)),
    };
  } finally {
    (await starting).close();
  }
}

/** Both versions of the app; once when they are the same, since one that is synthesized twice says the same. */
async function synthesizeBoth(
  { head, base, directory }: PreviewOptions,
  signal: AbortSignal,
  stopping: AbortController,
): Promise<readonly [Synthesis, Synthesis | undefined]> {
  const synthesized = ({ app, project }: AppSource, name: string) =>
    synthesize({ app, directory: project, output: path.join(directory, name), signal });
  const newer = synthesized(head, "head");
  const older = base === head ? newer : base && synthesized(base, "base");
  await together(older ? [newer, older] : [newer], stopping);
  return [await newer, await older];
}

/** How the works of several stacks run beside each other. */
interface Runs {
  readonly stopping: AbortController;
  readonly atOnce: ReturnType<typeof atMost>;
}

/** Works on each stack once those that it depends on are done. The stacks come in dependency order. */
async function eachInOrder<T>(
  stacks: readonly SynthesizedStack[],
  { stopping, atOnce }: Runs,
  workspace: Workspace,
  work: (stack: SynthesizedStack) => Promise<T>,
): Promise<T[]> {
  const works = new Map<string, Promise<T>>();
  const workedOn = async (stack: SynthesizedStack, before: readonly Promise<T>[]) => {
    await atOnce(() => workspace.init(stack.name));
    await Promise.all(before);
    return atOnce(() => work(stack));
  };
  for (const stack of stacks)
    works.set(
      stack.name,
      workedOn(
        stack,
        stack.dependencies.flatMap((name) => works.get(name) ?? []),
      ),
    );
  return together([...works.values()], stopping);
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

/** The wanted stacks, and all that they depend on, in dependency order. */
function neededFor(stacks: readonly SynthesizedStack[], wanted: ReadonlySet<string>): SynthesizedStack[] {
  const needed = new Set(wanted);
  // In dependency order, so one pass from the end meets every stack after those that need it.
  for (const { name, dependencies } of [...stacks].reverse()) {
    if (needed.has(name)) dependencies.forEach((one) => needed.add(one));
  }
  return stacks.filter(({ name }) => needed.has(name));
}

function declaredIn({ directory }: SynthesizedStack): string[] {
  const text = fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8");
  return Object.keys((JSON.parse(text) as { variable?: object }).variable ?? {});
}

const variablesOf = (stack: SynthesizedStack, given: Readonly<Record<string, string>>): Variables => {
  const declared = declaredIn(stack);
  return Object.fromEntries(Object.entries(given).filter(([name]) => declared.includes(name)));
};
