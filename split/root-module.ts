import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../offline/terraform-files";
import { asJson } from "./block-code";
import type { Blocks } from "./blocks";

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

const STATE = "terraform.tfstate";

/** Copies a root module, with its state beside it rather than in its backend, so that no bucket is asked for. */
export function layRootModule({ code, state, blocks }: RootModule, place: string): void {
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(place, name), JSON.stringify(content), { mode: 0o600 });
  if (typeof code === "string") cpSync(code, place, { recursive: true, filter: isConfiguration });
  else {
    for (const [module, file] of Object.entries(code)) {
      mkdirSync(join(place, module), { recursive: true });
      write(join(module, "main.tf.json"), file);
    }
  }
  if (blocks) write("relocate-split.tf.json", asJson(withoutSaid(blocks, place)));
  write("relocate-backend_override.tf.json", { terraform: { backend: { local: {} } } });
  if (state !== undefined && state.trim() !== "") writeFileSync(join(place, STATE), state, { mode: 0o600 });
}

/** The state that lies in a root module's copy; `undefined` when there is none. */
export const stateFileIn = (place: string): string => join(place, STATE);

const isConfiguration = (file: string): boolean =>
  !/\/(\.terraform|\.terraform\.lock\.hcl|\.git|node_modules|[^/]*\.tfstate[^/]*)$/.test(file);

/** Terraform refuses two blocks for one object, and the code may have those of an earlier run of this command. */
function withoutSaid({ moved = [], removed = [], import: imports = [] }: Blocks, place: string): Blocks {
  const texts = [...filesBelow(place)]
    .filter((file) => /\.tf(\.json)?$/.test(file))
    .map((file) => readFileSync(file, "utf8"));
  const saysAddress = (name: string, address: string) => {
    const json = JSON.stringify(address);
    return texts.some((text) =>
      text.split("\n").some((line) => {
        const said = new RegExp(`^\\s*"?${name}"?\\s*[=:]\\s*(.*?),?\\s*$`).exec(line)?.[1];
        return said === address || said === json;
      }),
    );
  };
  return {
    moved: moved.filter(({ from }) => !saysAddress("from", from)),
    removed: removed.filter(({ from }) => !saysAddress("from", from)),
    import: imports.filter(({ to }) => !saysAddress("to", to)),
  };
}
