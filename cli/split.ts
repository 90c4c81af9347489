import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Proof } from "../split/proof";
import type { Misplaced } from "../split/placement";
import { EXIT } from "./exit-codes";
import { interruptible, Interrupted } from "./interrupt";
import { refuse } from "./usage";

const HELP = `
A global resource (IAM, CloudFront, Route 53) in a region's module collides with the second region's, and goes with the first.
This finds all of them in a state, and regional ones in a global module, and proposes a new address for each. For plain
Terraform that is the module \`global\` beside the regions' modules; for CDKTF the path with \`global\` in the region's place.

It writes, for objects that stay in their state:
  moved.tf, moved.tf.json  \`moved\` blocks (CDKTF: stack.addOverride("moved", ...) with what the JSON holds)
  moves.sh                 the same as \`terraform state mv\`
with --across, for objects that go to another state:
  removed.tf               for the state that is left; nothing is destroyed
  imports.tf               for the state they come to

Then it plans a copy of the state with the moves, offline, by the real Terraform core: nothing may be created, changed or
destroyed. With --config that plan is of your code as it is after the split; without it, of exactly what the state has.

Examples:
  $ terraform state pull > state.json && relocate split state.json --out split
  $ relocate split state.json --config . --out split          once the code is split
  $ relocate split state.json --stack cdktf.out/stacks/shop   CDKTF, with the paths of its constructs

Exit codes:
  0    nothing to do, or written and proven
  1    bad input: nothing was written; or the plan would change something: it is shown, and what was written stays
  2    bad usage
  130  Ctrl-C (143: SIGTERM)
`;

interface Flags {
  readonly stack?: string;
  readonly config?: string;
  readonly out: string;
  readonly across: boolean;
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
    .argument("<state>", "the state, as `terraform state pull` prints it")
    .option("--stack <directory>", "the synthesized stack, for the paths of CDKTF's constructs")
    .option(
      "--config <directory>",
      "root module after the split (default: what the state has, at its new places)",
    )
    .option("--out <directory>", "where the files go", "split")
    .option("--across", "write `removed` and `import` blocks, for objects that go to another state", false)
    .option("--json", "print the moves as one JSON object", false)
    .addHelpText("after", HELP)
    .action(async (file: string, flags: Flags, command: Command) => {
      const faults = [file, flags.stack, flags.config].flatMap((one) =>
        one === undefined || existsSync(one) ? [] : [`${one}: there is no such file or directory`],
      );
      if (faults.length > 0) return refuse(command, faults);
      try {
        await interruptible(
          (signal) => split(file, flags, signal),
          () => process.stderr.write("interrupted: putting things in order\n"),
        );
      } catch (error) {
        process.exitCode = error instanceof Interrupted ? error.exitCode : EXIT.failed;
        if (!(error instanceof Interrupted)) process.stderr.write(`${(error as Error).message}\n`);
      }
    });
}

async function split(
  file: string,
  { stack, config, out, across, json }: Flags,
  signal: AbortSignal,
): Promise<void> {
  const { parseState } = await import("../split/state");
  const { misplaced } = await import("../split/placement");
  const { prove } = await import("../split/proof");
  const state = readFileSync(file, "utf8");
  const resources = parseState(state, file);
  const constructs =
    stack === undefined ? undefined : (await import("../split/construct-places")).constructPlaces(stack);
  const moves = misplaced(resources, constructs);
  const directory = mkdtempSync(join(tmpdir(), "relocate-split-"));
  try {
    const proof =
      moves.length === 0
        ? { changes: [] }
        : await prove({ state, resources, moves, configuration: config, directory, signal });
    const files = moves.length === 0 ? [] : await write(moves, out, across);
    process.stdout.write(
      json
        ? `${JSON.stringify(asJson(moves, proof, files))}\n`
        : describe(moves, proof, files, resources.length),
    );
    if (proof.changes.length > 0) process.exitCode = EXIT.failed;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function write(moves: readonly Misplaced[], out: string, across: boolean): Promise<string[]> {
  const { importBlocks, movedBlocks, movedJson, moveScript, removedBlocks } = await import("../split/moves");
  const { importId } = await import("../offline/provider/import-ids");
  const contents: Record<string, string> = across
    ? { "removed.tf": removedBlocks(moves), "imports.tf": importBlocks(moves, importId) }
    : { "moved.tf": movedBlocks(moves), "moved.tf.json": movedJson(moves), "moves.sh": moveScript(moves) };
  mkdirSync(out, { recursive: true });
  return Object.entries(contents).map(([name, content]) => {
    const place = join(out, name);
    writeFileSync(place, content, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
    return place;
  });
}

function describe(moves: readonly Misplaced[], proof: Proof, files: readonly string[], all: number): string {
  if (moves.length === 0) return `All ${all} resources stand where they belong.\n`;
  const lines = moves.map(({ resource, to, why }) => `${resource.address}\n  -> ${to}   (${why})`);
  const changes = proof.changes.map(({ address, actions }) => `  ${address}: ${actions.join(" and ")}`);
  return [
    ...lines,
    "",
    `${moves.length} of ${all} resources move. Written: ${files.join(", ")}`,
    ...(changes.length === 0
      ? ["Proven offline on a copy of the state: No changes."]
      : [
          "The plan on a copy of the state would change something; mend the code or the moves first:",
          ...changes,
        ]),
    "",
  ].join("\n");
}

const asJson = (moves: readonly Misplaced[], { changes }: Proof, files: readonly string[]) => ({
  moves: moves.map(({ resource, to, why }) => ({ from: resource.address, to, why })),
  changes,
  files,
});
