import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Preview } from "../offline/preview";
import { appCommand } from "./app-command";
import { EXIT } from "./exit-codes";
import { interruptible, Interrupted } from "./interrupt";
import { describePreview } from "./plan-text";
import { styleFor } from "./style";
import { refuse } from "./usage";

const HELP = `
Synthesizes the stacks and plans them with the real Terraform core: no account, no credentials, no provider download, no
state of yours. What that proves, and what it does not: docs/offline.md. "replacement unknown" stands where an
update of an object may be a replacement: the stand-in for AWS knows that of some types only.

Without --base and --var everything is planned from nothing. With --base the plan shows what changes for whoever has
deployed that branch, tag or commit; with --var alone, what the variable changes.

Examples:
  $ relocate plan --base origin/main
  $ relocate plan storefront-cutover --var cutover=true
  $ relocate plan --base origin/main --out plans && relocate review plans/*.json

Exit codes:
  0    planned, whatever the plan says
  1    it could not be planned; nothing was written
  2    bad usage
  130  Ctrl-C (143: SIGTERM): nothing is left behind
`;

interface Flags {
  readonly base?: string;
  readonly uncommitted: boolean;
  readonly var: readonly string[];
  /** @default - `app` of `cdktf.json` */
  readonly app?: string;
  readonly out?: string;
  readonly json: boolean;
}

/** Adds `relocate plan` to the command line. */
export function registerStackPlan(program: Command): void {
  program
    .command("plan")
    .summary("plan the stacks with Terraform offline")
    .description("Plan the stacks with the real Terraform core, without AWS.")
    .argument("[stack...]", "stacks to plan (default: all)")
    .option("--base <ref>", "plan against what this git ref would have deployed")
    .option("--uncommitted", "with --base, plan changes that are not committed too", false)
    .option("--var <name=value>", "value of a variable; may be repeated", collect, [])
    .option("--app <command>", "command that synthesizes the stacks (default: app of cdktf.json)")
    .option("--out <directory>", "write each stack's plan there as <stack>.json")
    .option("--json", "print Terraform's plan JSON of each stack as one JSON object", false)
    .addHelpText("after", HELP)
    .action(async (stacks: string[], flags: Flags, command: Command) => {
      const project = process.cwd();
      const faults: string[] = [];
      const app = appCommand(flags.app, project, faults);
      const variables = readVariables(flags.var, faults);
      if (flags.uncommitted && flags.base === undefined)
        faults.push("--uncommitted: says something with --base only");
      if (faults.length > 0) return refuse(command, faults);
      const style = styleFor(process.stderr);
      const tell = (line: string) => void process.stderr.write(`${style.dim(line)}\n`);
      try {
        const found = await interruptible(
          (signal) => plan({ ...flags, app, flagged: flags.app, project, variables, stacks, tell, signal }),
          () => tell("interrupted: putting things in order"),
        );
        const jsons = Object.fromEntries(
          found.plans.map(({ stack, plan: { json } }) => [
            stack,
            { ...(json as object), made_offline: true },
          ]),
        );
        if (flags.out !== undefined) {
          mkdirSync(flags.out, { recursive: true });
          for (const [stack, json] of Object.entries(jsons))
            writeFileSync(join(flags.out, `${stack}.json`), JSON.stringify(json));
        }
        process.stdout.write(
          flags.json ? `${JSON.stringify(jsons)}\n` : describePreview(found, styleFor(process.stdout)),
        );
      } catch (error) {
        process.exitCode = error instanceof Interrupted ? error.exitCode : EXIT.failed;
        if (!(error instanceof Interrupted)) process.stderr.write(`${(error as Error).message}\n`);
      }
    });
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

function readVariables(given: readonly string[], faults: string[]): Record<string, string> {
  const pairs = given.flatMap((one) => {
    const at = one.indexOf("=");
    if (at > 0) return [[one.slice(0, at), one.slice(at + 1)]];
    faults.push(`--var ${one}: expected a name and a value, such as cutover=true`);
    return [];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

interface Asked extends Pick<Flags, "base" | "uncommitted" | "out"> {
  readonly app: string;
  /** `--app`. @default - each version's own */
  readonly flagged?: string;
  readonly project: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly stacks: readonly string[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

async function plan({
  base: ref,
  uncommitted,
  out,
  app,
  flagged,
  project,
  variables,
  stacks,
  tell,
  signal,
}: Asked): Promise<Preview> {
  // Terraform, schemas and git: help and refusals need none of it.
  const { preview } = await import("../offline/preview");
  const { checkOut } = await import("../offline/checkout");
  const directory = mkdtempSync(join(tmpdir(), "relocate-plan-"));
  const head = { app, project };
  try {
    const checkout =
      ref === undefined
        ? undefined
        : await checkOut({
            ref,
            project,
            directory: join(directory, "base"),
            allowUncommitted: uncommitted,
            written: out,
            signal,
          });
    try {
      checkout?.notes.forEach(tell);
      const deployed = checkout ? deployedApp(checkout.directory, flagged) : undefined;
      const base = deployed ?? (Object.keys(variables).length > 0 ? head : undefined);
      return await preview({
        ...{ head, base, variables, signal, onProgress: tell },
        stacks: stacks.length > 0 ? stacks : undefined,
        directory: join(directory, "plans"),
      });
    } finally {
      await checkout?.remove();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the base has deployed comes of its own command, which the working tree may have changed. */
function deployedApp(project: string, flagged: string | undefined): { app: string; project: string } {
  const faults: string[] = [];
  const app = appCommand(flagged, project, faults);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return { app, project };
}
