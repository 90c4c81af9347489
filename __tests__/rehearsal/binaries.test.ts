import { execFileSync } from "node:child_process";
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { complete, findBinaries, isOpenToAll } from "../../rehearsal/binaries";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "relocate-test-"));
  await chmod(directory, 0o711);
});

afterEach(() => rm(directory, { recursive: true }));

/** A copy of the installed package as an install without scripts leaves it: its symbolic links are missing. */
async function installedWithoutScripts(): Promise<string> {
  const { postgres } = await findBinaries(directory);
  const copy = join(directory, "package");
  await cp(dirname(dirname(dirname(postgres))), copy, { recursive: true, verbatimSymlinks: true });
  for (const { target } of await links(copy)) await rm(join(copy, target));
  return copy;
}

const links = async (root: string) =>
  JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8")) as { target: string }[];

const version = (root: string, user?: { uid: number; gid: number }) =>
  execFileSync(join(root, "native", "bin", "postgres"), ["--version"], {
    encoding: "utf8",
    cwd: root,
    ...user,
  });

test("links that an install without scripts left out are made", async () => {
  const installed = await installedWithoutScripts();
  expect(await complete(installed, directory)).toBe(installed);
  for (const { target } of await links(installed)) {
    expect((await lstat(join(installed, target))).isSymbolicLink()).toBe(true);
  }
  expect(version(installed)).toMatch(/^postgres \(PostgreSQL\) \d+/);
});

test("a package where the servers' user may not look is copied to where it may", async () => {
  const { user } = await findBinaries(directory);
  const installed = await installedWithoutScripts();
  await chmod(installed, 0o700);
  const someone = user ?? { uid: process.getuid!(), gid: process.getgid!() };
  const copy = join(directory, "run");
  await mkdir(copy);
  const root = await complete(installed, copy, someone);
  expect(root).toBe(join(copy, "postgresql"));
  expect(version(root, someone)).toMatch(/^postgres \(PostgreSQL\) \d+/);
});

test("a directory is open to all only if everything above it is", async () => {
  const inner = join(directory, "closed", "open");
  await mkdir(inner, { recursive: true, mode: 0o755 });
  await chmod(inner, 0o755);
  expect(isOpenToAll(inner)).toBe(isOpenToAll(tmpdir()));
  await chmod(dirname(inner), 0o700);
  expect(isOpenToAll(inner)).toBe(false);
});
