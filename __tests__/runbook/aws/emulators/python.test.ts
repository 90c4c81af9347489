import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonWith } from "./python";

const requirements = join(__dirname, "ministack.txt");
const path = process.env.PATH;
afterEach(() => void (process.env.PATH = path));

/** A python3 that knows its version and fails at all else, in a directory of its own. */
function brokenPython(says: string): string {
  const directory = mkdtempSync(join(tmpdir(), "python-"));
  const file = join(directory, "python3");
  writeFileSync(
    file,
    `#!/bin/sh\n[ "$1" = --version ] && echo Python 0.0.0 && exit\necho "${says}" >&2\nexit 1\n`,
  );
  chmodSync(file, 0o755);
  return directory;
}

test("fails without Python, with the command that installs it", async () => {
  process.env.PATH = mkdtempSync(join(tmpdir(), "no-python-"));
  await expect(pythonWith(requirements)).rejects.toThrow(
    /^The emulators of AWS need Python 3\.11 or newer with venv: spawn python3 ENOENT\ninstall it with: apt-get install python3 /,
  );
});

test("fails without venv, with what Python says and the command that installs it", async () => {
  process.env.PATH = `${brokenPython("ensurepip is not available")}:${path}`;
  await expect(pythonWith(requirements)).rejects.toThrow(
    /ensurepip is not available\ninstall it with: apt-get install python3-venv/,
  );
});
