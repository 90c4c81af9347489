import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asJson } from "./block-code";
import type { Blocks } from "./blocks";
import { moduleDirectories } from "./module-directories";

/** Terraform's own files of a module, by their path: `""` is the root. */
export type MadeUp = Readonly<Record<string, unknown>>;

/** A root module with its state, to be laid where nothing else is. */
export interface RootModule {
  /** The user's directory, or files made up from a state. */
  readonly code: string | MadeUp;
  /** Text of the state. @default - nothing is there yet */
  readonly state?: string;
  /** @default - no blocks but those that the code has */
  readonly blocks?: Blocks;
}

/**
 * Copies a root module, with its state beside it rather than in its backend, so that no bucket is asked for.
 *
 * @param below holds nothing else
 * @returns the root module's directory there
 */
export function layRootModule({ code, state, blocks }: RootModule, below: string): string {
  const place = typeof code === "string" ? copied(code, below) : written(code, below);
  if (blocks) write(place, "relocate-split.tf.json", asJson(withoutSaid(blocks, place)));
  write(place, "relocate-backend_override.tf.json", { terraform: { backend: { local: {} } } });
  if (state !== undefined && state.trim() !== "") writeFileSync(stateFileIn(place), state, { mode: 0o600 });
  return place;
}

/** Where the state of a root module's copy lies. */
export const stateFileIn = (place: string): string => join(place, "terraform.tfstate");

function copied(code: string, below: string): string {
  const { ancestor, root, all } = moduleDirectories(code);
  for (const one of all)
    cpSync(join(ancestor, one), join(below, one), { recursive: true, filter: isConfiguration });
  return join(below, root);
}

function written(code: MadeUp, below: string): string {
  mkdirSync(below, { recursive: true, mode: 0o700 });
  for (const [module, file] of Object.entries(code)) {
    mkdirSync(join(below, module), { recursive: true });
    write(below, join(module, "main.tf.json"), file);
  }
  return below;
}

const write = (place: string, name: string, content: unknown): void =>
  writeFileSync(join(place, name), JSON.stringify(content), { mode: 0o600 });

const isConfiguration = (file: string): boolean =>
  !/\/(\.terraform|\.terraform\.lock\.hcl|\.git|node_modules|[^/]*\.tfstate[^/]*)$/.test(file);

/** Terraform refuses two blocks for one object, and the code may have those of an earlier run of this command. */
function withoutSaid({ moved = [], removed = [], import: imports = [] }: Blocks, place: string): Blocks {
  const lines = readdirSync(place)
    .filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name))
    .map((name) => [name, readFileSync(join(place, name), "utf8")] as const)
    .flatMap(([name, text]) => (name.endsWith(".json") ? lineByLine(text) : text).split("\n"));
  const isSaid = (argument: string, address: string) =>
    lines.some((line) => {
      const said = new RegExp(`^\\s*"?${argument}"?\\s*[=:]\\s*(.*?),?\\s*$`).exec(line)?.[1];
      return said === address || said === JSON.stringify(address);
    });
  return {
    moved: moved.filter(({ from }) => !isSaid("from", from)),
    removed: removed.filter(({ from }) => !isSaid("from", from)),
    import: imports.filter(({ to }) => !isSaid("to", to)),
  };
}

const lineByLine = (json: string): string => JSON.stringify(JSON.parse(json), null, 1);
