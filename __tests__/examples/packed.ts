import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { copyProject } from "../project-copy";

const ROOT = path.join(__dirname, "../..");
const MODULES = path.join(ROOT, "node_modules");

interface PackageJson {
  readonly bin?: Readonly<Record<string, string>> | string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Packs this package as for the registry, built anew from a copy. @returns the tarball */
export function pack(scratch: string): string {
  const copy = path.join(scratch, "package");
  fs.mkdirSync(copy);
  copyProject(copy);
  for (const name of ["scripts", "tsconfig.build.json", "CHANGELOG.md", "README.md", "LICENSE"])
    fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  const printed = execFileSync("npm", ["pack", "--json", "--pack-destination", scratch], {
    cwd: copy,
    encoding: "utf8",
    stdio: "pipe",
  });
  // The build script of `prepack` may print before npm does.
  const [{ filename }] = JSON.parse(printed.slice(printed.indexOf("["))) as [{ filename: string }];
  return path.join(scratch, filename);
}

/**
 * Makes a new project of an example with the tarball installed, without the network.
 *
 * What npm would fetch is linked from this checkout, but only what the tarball and the example declare: an import of
 * anything else is not found.
 */
export function install(example: string, tarball: string, scratch: string): string {
  const project = path.join(scratch, example);
  fs.cpSync(path.join(ROOT, "examples", example), project, { recursive: true });
  const own = path.join(project, "node_modules/cdktf-relocate");
  fs.mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"]);
  const packed = manifest(own);
  const { dependencies, devDependencies } = manifest(project);
  const declared = {
    ...packed.dependencies,
    ...Object.fromEntries(
      Object.entries(packed.peerDependencies ?? {}).filter(
        ([name]) => !packed.peerDependenciesMeta?.[name]?.optional,
      ),
    ),
    ...dependencies,
    ...devDependencies,
  };
  for (const name of Object.keys(declared)) if (name !== "cdktf-relocate") link(name, project);
  linkCommands("cdktf-relocate", own, project);
  return project;
}

function link(name: string, project: string): void {
  const place = path.join(project, "node_modules", name);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.symlinkSync(path.join(MODULES, name), place);
  linkCommands(name, path.join(MODULES, name), project);
}

function linkCommands(name: string, directory: string, project: string): void {
  const { bin = {} } = manifest(directory);
  const commands = typeof bin === "string" ? { [path.basename(name)]: bin } : bin;
  fs.mkdirSync(path.join(project, "node_modules/.bin"), { recursive: true });
  for (const [command, file] of Object.entries(commands)) {
    const target = path.join(directory, file);
    fs.symlinkSync(target, path.join(project, "node_modules/.bin", command));
    // npm makes the commands of what it unpacks executable.
    if (name === "cdktf-relocate") fs.chmodSync(target, 0o755);
  }
}

function manifest(directory: string): PackageJson {
  return JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8")) as PackageJson;
}
