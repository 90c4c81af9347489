import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./command";

/** A synthesized stack. */
export interface SynthesizedStack {
  readonly name: string;
  /** Absolute; holds `cdk.tf.json` and the stack's assets. */
  readonly directory: string;
  /** Names of the stacks that must be applied before. */
  readonly dependencies: readonly string[];
}

/** What an app synthesizes. */
export interface Synthesis {
  /** In dependency order: a stack stands behind all that it depends on. */
  readonly stacks: readonly SynthesizedStack[];
}

interface Options {
  /** The app command, as `app` in `cdktf.json`: a line for the shell. */
  readonly app: string;
  /** Where the command runs: the project's directory. */
  readonly directory: string;
  /** Where the stacks go; what an earlier synthesis left there is removed. */
  readonly output: string;
  /** @default - it runs to its end */
  readonly signal?: AbortSignal;
}

interface Annotation {
  readonly constructPath: string;
  readonly level: string;
  readonly message: string;
}

interface ManifestStack {
  readonly name: string;
  readonly constructPath: string;
  readonly workingDirectory: string;
  readonly annotations: readonly Annotation[];
  readonly dependencies: readonly string[];
}

/** The manifest CDKTF writes into its output directory. */
interface Manifest {
  readonly stacks: Readonly<Record<string, ManifestStack>>;
}

function settingsIn(file: string): { readonly context?: unknown } {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as { readonly context?: unknown };
  } catch (error) {
    throw new Error(`${file}: cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The `context` of the project's `cdktf.json`, which `cdktf synth` hands to the app in the same way. */
function contextOf(directory: string): Record<string, string> {
  const file = path.join(directory, "cdktf.json");
  if (!fs.existsSync(file)) return {};
  const settings = settingsIn(file);
  return settings.context === undefined ? {} : { CDKTF_CONTEXT_JSON: JSON.stringify(settings.context) };
}

function inDependencyOrder(stacks: readonly SynthesizedStack[]): SynthesizedStack[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const ordered = new Set<SynthesizedStack>();
  // CDKTF refuses circular dependencies, so this ends.
  const add = (stack: SynthesizedStack | undefined): void => {
    if (!stack || ordered.has(stack)) return;
    stack.dependencies.forEach((name) => add(byName.get(name)));
    ordered.add(stack);
  };
  stacks.forEach(add);
  return [...ordered];
}

/**
 * Runs the app and reads what it synthesized. The same as `cdktf synth`, without the time that the CLI takes.
 *
 * @throws Error with what the app printed when it fails, and with its error annotations when it has any
 */
export async function synthesize({ app, directory, output, signal }: Options): Promise<Synthesis> {
  const target = path.resolve(output);
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const environment = {
    ...process.env,
    ...contextOf(directory),
    CDKTF_OUTDIR: target,
    // Error annotations are reported below, all of them, rather than thrown at the first stack that has some.
    CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: "true",
  };
  const { code, stdout, stderr } = await run({ program: app, directory, environment, signal });
  if (code !== 0) {
    const said = [stderr, stdout].map((text) => text.trim()).filter((text) => text !== "");
    throw new Error(
      [`${app}: ended with exit code ${code ?? "none"} instead of synthesizing`, ...said].join("\n"),
    );
  }
  const file = path.join(target, "manifest.json");
  if (!fs.existsSync(file)) {
    throw new Error(
      `${app}: wrote no stacks to ${target}; an app must call app.synth() and leave the directory to CDKTF_OUTDIR`,
    );
  }
  const found = Object.values((JSON.parse(fs.readFileSync(file, "utf8")) as Manifest).stacks);
  const errors = found.flatMap((stack) => stack.annotations.filter(({ level }) => level === "@cdktf/error"));
  if (errors.length > 0) {
    const lines = errors.map(({ constructPath, message }) => `  ${constructPath}: ${message}`);
    throw new Error([`${app}: synthesized with errors`, ...lines].join("\n"));
  }
  const nameOfPath = new Map(found.map((stack) => [stack.constructPath, stack.name]));
  return {
    stacks: inDependencyOrder(
      found.map((stack) => ({
        name: stack.name,
        directory: path.join(target, stack.workingDirectory),
        dependencies: stack.dependencies.map((place) => nameOfPath.get(place) ?? place),
      })),
    ),
  };
}
