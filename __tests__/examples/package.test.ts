import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { install, pack } from "./packed";

const EXAMPLES = path.join(__dirname, "../../examples");
/** Packing compiles everything; a plan starts the CDKTF CLI and Terraform. Milliseconds. */
const PATIENCE = 300_000;

let scratch: string;
let tarball: string;
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), "packed-"));
  tarball = pack(scratch);
}, PATIENCE);
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

/** What the README of an example tells its reader to run, but for the installation. */
function commandsOf(example: string): string[] {
  const readme = fs.readFileSync(path.join(EXAMPLES, example, "README.md"), "utf8");
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block]) => block!.trim().split("\n"))
    .filter((command) => !command.includes("npm install"));
}

function run(command: string, project: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: project,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", CI: "true" },
    encoding: "utf8",
  });
  expect({ command, status, output: status === 0 ? "" : stdout + stderr }).toEqual({
    command,
    status: 0,
    output: "",
  });
  return stripVTControlCharacters(stdout);
}

test("every example has a test below", () => {
  const directories = fs.readdirSync(EXAMPLES, { withFileTypes: true }).filter((one) => one.isDirectory());
  // The one for pipelines has its own: __tests__/examples/ci.test.ts.
  expect(directories.map(({ name }) => name).sort()).toEqual([
    "ci",
    "existing-source",
    "single-modules",
    "whole-relocation",
  ]);
});

test.each([
  [
    "whole-relocation",
    ["storefront-standby", "storefront-replication", "storefront-cutover", "storefront-decommission"],
  ],
  [
    "existing-source",
    ["storefront-standby", "storefront-replication", "storefront-cutover", "storefront-decommission"],
  ],
  ["single-modules", ["shop"]],
])(
  "%s compiles with strict types, synthesizes and plans in a project with the tarball",
  (example, stacks) => {
    const project = install(example, tarball, scratch);
    const commands = commandsOf(example);
    expect(commands).toEqual(["npm run check", "npm run synth", "npm run plan"]);
    const [check, synth, plan] = commands as [string, string, string];
    run(check, project);
    run(synth, project);
    expect(fs.readdirSync(path.join(project, "cdktf.out/stacks")).sort()).toEqual([...stacks].sort());
    // What a relocation has to do with DNS is written beside its stacks (B11).
    expect(fs.existsSync(path.join(project, "dns-records.md"))).toBe(stacks.length > 1);
    expect(run(plan, project)).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
  },
  PATIENCE,
);
