import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Proposal, StateText } from "../split/proposal";
import type { Proof } from "../split/proof";
import { EXIT } from "./exit-codes";
import { interruptible, Interrupted } from "./interrupt";
import { locate, readStateText, requireDirectories } from "./split-source";
import { describeSplit, splitAsJson } from "./split-text";
import { refuse, unexpected } from "./usage";

const HELP = `
A global resource (IAM, CloudFront, Route 53) in a region's module collides with the second region's, and goes with the first.
This finds all of them in a state, and regional ones in a global module, and proposes a new address for each. For plain
Terraform that is the module \`global\` beside the regions' modules; for CDKTF the path with \`global\` in the region's place.

It writes, for objects that stay in their state:
  moved.tf, or moved.ts     \`moved\` blocks; for CDKTF a function that gives them to a stack
  moves.sh                  the same as \`terraform state mv\`
with --across, for objects that go to another state:
  removed.tf, or removed.ts for the state that is left; nothing is destroyed
  imports.tf, or imports.ts for the state they come to
  moves.sh                  the same as \`terraform state mv\`, from file to file
A file that is there already with other content is never written over.

Then it plans copies of the states with the moves, offline, by the real Terraform core, once with the blocks and once after
moves.sh: nothing may be created, changed or destroyed. With --config that plan is of your code as it is after the split;
without it, of exactly what the state has. Your state, backend and account are not touched. docs/split.md has an example.

Examples:
  $ terraform state pull > state.json && relocate split state.json
  $ relocate split state.json --config .                      once the code is split
  $ relocate split shop                                       CDKTF, a stack in cdktf.out with a local state
  $ relocate split state.json --stack cdktf.out/stacks/shop   CDKTF, with the state of another backend
  $ relocate split state.json --across global.json            to the state of another root module

Exit codes:
  0    nothing to do, or written and proven
  1    bad input: nothing was written; or the plan would change something: it is shown, and what was written stays
  2    bad usage
  130  Ctrl-C (143: SIGTERM): nothing was written
`;

interface Flags {
  readonly stack?: string;
  readonly config?: string;
  readonly only?: string;
  readonly out: string;
  /** `true` for a state that does not exist yet. */
  readonly across?: string | true;
  readonly acrossConfig?: string;
  readonly json: boolean;
}

/** Adds `relocate split` to the command line. */
export function registerSplit(program: Command): void {
  program
    .command("split")
    .summary("move global resources out of regional modules")
    .description(
      "Find global resources that stand in regional modules of a state, and write and prove the moves.",
    )
    .argument(
      "<state|stack>",
      "a state, as `terraform state pull` prints it, or the name of a synthesized stack",
    )
    .option("--stack <directory>", "the synthesized stack of the state, for the paths of CDKTF's constructs")
    .option(
      "--config <directory>",
      "root module after the split (default: what the state has, at its new places)",
    )
    .option("--across [state]", "objects go to another state: to this one, or to a new one")
    .option("--across-config <directory>", "root module of that state after the split")
    .option("--only <kind>", "move global resources alone, or regional ones (default: both)")
    .option("--out <directory>", "where the files go", "split")
    .option("--json", "print the moves as one JSON object", false)
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (source: string, flags: Flags, command: Command) => {
      command.args.shift();
      const faults = unexpected(command);
      if (flags.acrossConfig !== undefined && flags.across === undefined)
        faults.push("--across-config: says something with --across only");
      if (flags.only !== undefined && !isKind(flags.only))
        faults.push(`--only ${flags.only}: expected global or regional`);
      if (faults.length > 0) return refuse(command, faults);
      try {
        await interruptible(
          (signal) => split(source, flags, signal),
          () => process.stderr.write("interrupted: putting things in order\n"),
        );
      } catch (error) {
        process.exitCode = error instanceof Interrupted ? error.exitCode : EXIT.failed;
        if (error instanceof Interrupted) return;
        const { message } = error as Error;
        process.stderr.write(`${message}\n`);
        if (flags.json)
          process.stdout.write(
            `${JSON.stringify({ command: "split", exitCode: process.exitCode, error: message })}\n`,
          );
      }
    });
}

const isKind = (only: string | undefined): only is "global" | "regional" =>
  only === "global" || only === "regional";

async function split(source: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { propose } = await import("../split/proposal");
  requireDirectories([flags.stack, flags.config, flags.acrossConfig]);
  const { state, stack } = await locate(source, flags.stack);
  const into: StateText | undefined =
    flags.across === undefined
      ? undefined
      : flags.across === true
        ? { text: "", from: "" }
        : readStateText(flags.across);
  const constructs =
    stack === undefined ? undefined : (await import("../split/construct-places")).constructPlaces(stack);
  // Across states the blocks say no addresses of before and after at once.
  const decided = flags.config !== undefined && !into ? await decidedBy(flags.config) : undefined;
  const only = isKind(flags.only) ? flags.only : undefined;
  const proposal = propose({ state, constructs, into, decided, only });
  requireNoOthers(proposal, flags.out);
  const proof = await proveIt(proposal, { state, into, flags, signal });
  signal.throwIfAborted();
  const files = write(proposal, flags.out);
  const told = { proposal, proof, files, isMadeUp: flags.config === undefined };
  process.stdout.write(flags.json ? `${JSON.stringify(splitAsJson(told))}\n` : describeSplit(told));
  if (proof.changes.length > 0) process.exitCode = EXIT.failed;
}

const decidedBy = async (config: string): Promise<ReadonlyMap<string, string>> =>
  (await import("../split/decided-moves")).decidedMoves(config);

interface Proving {
  readonly state: StateText;
  readonly into: StateText | undefined;
  readonly flags: Flags;
  readonly signal: AbortSignal;
}

async function proveIt(proposal: Proposal, { state, into, flags, signal }: Proving): Promise<Proof> {
  const { moves } = proposal;
  if (moves.length === 0) return { changes: [], imported: 0 };
  const { prove } = await import("../split/proof");
  const directory = mkdtempSync(join(tmpdir(), "relocate-split-"));
  process.stderr.write(`${moves.length} to move; planning copies of the state offline\n`);
  try {
    return await prove({
      from: { state: state.text, resources: proposal.state.resources, configuration: flags.config },
      into:
        into && proposal.into
          ? { state: into.text, resources: proposal.into.resources, configuration: flags.acrossConfig }
          : undefined,
      moves,
      directory,
      signal,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A file of an earlier run may have been edited since. */
function requireNoOthers({ files }: Proposal, out: string): void {
  if (existsSync(out) && !statSync(out).isDirectory())
    throw new Error(`${out}: is no directory; name another --out`);
  const faults = Object.entries(files).flatMap(([name, content]) => {
    const place = join(out, name);
    return existsSync(place) && readFileSync(place, "utf8") !== content
      ? [`${place}: is there already, with other content`]
      : [];
  });
  if (faults.length > 0) throw new Error([...faults, "remove it, or name another --out"].join("\n"));
}

function write({ files }: Proposal, out: string): string[] {
  return Object.entries(files).map(([name, content]) => {
    mkdirSync(out, { recursive: true });
    const place = join(out, name);
    writeFileSync(place, content, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
    return place;
  });
}
