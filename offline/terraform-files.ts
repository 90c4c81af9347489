import * as fs from "node:fs";
import * as path from "node:path";

/** `providers` is where Terraform keeps its plugins; beside it, below `.terraform`, lie modules, which count too. */
const SKIPPED = new Set(["node_modules", "providers", ".git"]);

/** Paths of all files below a directory, but for installed packages and plugins. */
export function* filesBelow(directory: string): Generator<string> {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* filesBelow(place);
    } else if (entry.isFile()) yield place;
  }
}
