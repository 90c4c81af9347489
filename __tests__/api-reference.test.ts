import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");

/** Texts of every file below a directory, by path. */
function textsBelow(directory: string): Record<string, string> {
  return Object.fromEntries(
    fs
      .readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => [name, fs.readFileSync(path.join(directory, name), "utf8")]),
  );
}

test("docs/api says what the doc comments say, and every public name has one", () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "api-reference-"));
  try {
    // A public name without a comment, or a link that leads nowhere, is an error.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(ROOT, "node_modules/typedoc/bin/typedoc"), "--out", directory],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
    const [made, kept] = [textsBelow(directory), textsBelow(path.join(ROOT, "docs/api"))];
    const stale = [...new Set([...Object.keys(made), ...Object.keys(kept)])].filter(
      (name) => made[name] !== kept[name],
    );
    // Fix: npm run docs, and commit docs/api.
    expect(stale).toEqual([]);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
});
