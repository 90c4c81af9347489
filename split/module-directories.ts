import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

/** In HCL and in Terraform's JSON syntax. */
const LOCAL_SOURCE = /"?source"?\s*[=:]\s*"(\.\.?\/[^"]*|\.\.?)"/g;

/** A root module, and the directories of modules that it calls by a relative path. */
export interface ModuleDirectories {
  /** The nearest directory that holds all of them. */
  readonly ancestor: string;
  /** The root module's, below the ancestor; empty when it is the ancestor. */
  readonly root: string;
  /** All of them, below the ancestor, the root module's first. */
  readonly all: readonly string[];
}

/** Follows a root module's calls: a copy must have every module where it was, such as `../../modules/network`. */
export function moduleDirectories(root: string): ModuleDirectories {
  const found = new Set([resolve(root)]);
  for (const directory of found) {
    for (const source of sourcesIn(directory)) {
      const called = resolve(directory, source);
      if (existsSync(called)) found.add(called);
    }
  }
  const ancestor =
    [...found]
      .map((one) => one.split(sep))
      .reduce(shared)
      .join(sep) || sep;
  const all = [...found].map((one) => relative(ancestor, one));
  return { ancestor, root: all[0] ?? "", all };
}

function sourcesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name))
    .flatMap((name) =>
      [...readFileSync(join(directory, name), "utf8").matchAll(LOCAL_SOURCE)].map(
        ([, source = ""]) => source,
      ),
    );
}

const shared = (one: readonly string[], other: readonly string[]): string[] => {
  const end = one.findIndex((part, at) => part !== other[at]);
  return one.slice(0, end < 0 ? one.length : end);
};
