import * as fs from "node:fs";
import * as path from "node:path";
import { readBindings } from "./bindings";
import type { Block } from "./block";
import { withDefaults } from "./defaults";
import { EPHEMERAL } from "./ephemeral";
import { shapeOf } from "./shape";
import { moduleSource } from "./source";

/** What Terraform distinguishes among the types of a provider. */
export type Mode = "managed" | "data" | "ephemeral";

/** The provider's schema, rebuilt from the installed bindings type by type as types are asked for. */
export interface Catalog {
  /** The provider's own configuration. */
  provider(): Block;
  /** The schema of a type, or undefined when the bindings do not know it. */
  find(mode: Mode, type: string): Block | undefined;
}

/**
 * Opens the schema of the installed `@cdktf/provider-aws`. Reading one type takes about a millisecond, so nothing is
 * kept on disk.
 *
 * @throws Error when the bindings are not installed
 */
export function openCatalog(): Catalog {
  // The project's own bindings are those that its stacks were written with; ours are only a second choice.
  const manifest = require.resolve("@cdktf/provider-aws/package.json", { paths: [process.cwd(), __dirname] });
  const library = path.join(path.dirname(manifest), "lib");
  const loaded = new Map<string, Block | undefined>();

  function load(folder: string, type: string): Block | undefined {
    const directory = path.join(library, folder);
    if (!fs.existsSync(path.join(directory, "index.js"))) return undefined;
    const bindings = readBindings(moduleSource(directory), directory);
    if (bindings.type !== type) return undefined;
    return bindings.kind === "Resource" ? withDefaults(type, shapeOf(bindings)) : shapeOf(bindings);
  }

  function once(folder: string, type: string): Block | undefined {
    if (!loaded.has(folder)) loaded.set(folder, load(folder, type));
    return loaded.get(folder);
  }

  return {
    provider: () => {
      const block = once("provider", "aws");
      if (!block)
        throw new Error(`${library}/provider: expected the bindings of the aws provider; found none`);
      return block;
    },
    find: (mode, type) => {
      if (mode === "ephemeral") return EPHEMERAL[type];
      const folder = type.replace(/^aws_/, "").replaceAll("_", "-");
      return once(mode === "data" ? `data-aws-${folder}` : folder, type);
    },
  };
}
