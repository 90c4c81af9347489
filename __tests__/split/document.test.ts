import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { apply } from "./deployed";

const ROOT = join(__dirname, "../..");
const DOCUMENT = readFileSync(join(ROOT, "docs/split.md"), "utf8");

/** The example's blocks in their order: files to write, and commands with what they print. */
const blocks = [...DOCUMENT.matchAll(/^```(\w+) ?(\S*)\n([^]*?)^```$/gm)].map(
  ([, language = "", name = "", text = ""]) => ({ language, name, text }),
);

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "split-document-"));
  // As they are called where the package is installed; Terraform gets no AWS.
  const call = (...list: string[]) =>
    `exec node -r ${join(ROOT, "node_modules/ts-node/register/transpile-only")} ${join(ROOT, "cli/relocate.ts")} ${list.join(" ")} "$@"\n`;
  mkdirSync(join(place, "bin"));
  writeFileSync(join(place, "bin/relocate"), `#!/bin/sh\n${call()}`, { mode: 0o755 });
  writeFileSync(join(place, "bin/offline"), `#!/bin/sh\n${call("offline", "--")}`, { mode: 0o755 });
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

function run(command: string): string {
  const real = command
    .replace(/^terraform (?=apply)/, `offline ${binary} `)
    .replace(/^terraform /, `${binary} `);
  const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", real], {
    cwd: place,
    // A settings file that is not there makes OpenTofu warn on standard output.
    env: { ...process.env, TF_CLI_CONFIG_FILE: "", PATH: `${join(place, "bin")}:${process.env.PATH}` },
    encoding: "utf8",
  });
  expect({ command, status, stderr: status === 0 ? "" : stderr }).toEqual({ command, status: 0, stderr: "" });
  return stdout;
}

test("the example of docs/split.md does what it says, word for word", async () => {
  let isDeployed = false;
  for (const { language, name, text } of blocks) {
    if (name !== "") {
      mkdirSync(dirname(join(place, name)), { recursive: true });
      writeFileSync(join(place, name), text);
    }
    if (language !== "console") continue;
    if (!isDeployed) await apply(place);
    else if (text.includes("terraform apply")) run(`offline ${binary} init -no-color`);
    isDeployed = true;
    for (const [, command = "", output = ""] of text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm))
      expect(`${command}\n${run(command)}`).toBe(`${command}\n${output}`);
  }
  expect(isDeployed).toBe(true);
  expect(run(`${binary} state list`).split("\n")).toContain("module.global.aws_iam_role.worker_eu_west_1");
});
