import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { copyProject } from "./project-copy";

const ROOT = path.join(__dirname, "..");
const README = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Commands in the order in which a reader meets them. */
const commands = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
  block!.trim().split("\n"),
);
const inline = [...README.matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, command]) => command!);

/** How a command of the README is run without an account; undefined when it needs no change. */
function offline(command: string): string {
  if (!/^npx cdktf (deploy|diff) /.test(command)) return command;
  const unattended = command.includes(" deploy ") ? " --auto-approve" : "";
  return `npm run -s relocate -- offline -- ${command}${unattended} --skip-provider-lock`;
}

/** `npm ci` stands for the lockfile being what package.json asks for: the modules themselves are in use here. */
const INSTALL = /^npm ci && /;

let project: string;
beforeAll(() => {
  project = fs.mkdtempSync(path.join(os.tmpdir(), "readme-"));
  copyProject(project);
});
afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

function run(command: string): void {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: project,
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    encoding: "utf8",
  });
  expect({ command, status, output: status === 0 ? "" : stdout + stderr }).toEqual({
    command,
    status: 0,
    output: "",
  });
}

test("the two first commands install by the lockfile and run what other tests run whole", () => {
  const [rehearse, test] = commands.filter((command) => INSTALL.test(command));
  // __tests__/cli/rehearse.test.ts plays this command through; the other one is what runs this test.
  expect([rehearse, scripts.rehearse]).toEqual([
    "npm ci && npm run rehearse",
    `${scripts.relocate} rehearse`,
  ]);
  expect([test, scripts.test]).toEqual(["npm ci && npm test", "jest"]);
  run("npm ci --dry-run --ignore-scripts --no-audit --no-fund");
});

test("the example synthesizes the four phase stacks", () => {
  const [, example] = /^```ts\n([\s\S]*?)^```$/m.exec(README)!;
  fs.writeFileSync(path.join(project, "example.ts"), example!.replace("cdktf-relocate", "./lib"));
  run("CDKTF_OUTDIR=example.out node -r ts-node/register/transpile-only example.ts");
  expect(fs.readdirSync(path.join(project, "example.out/stacks")).sort()).toEqual(
    ["cutover", "decommission", "replication", "standby"].map((phase) => `storefront-${phase}`),
  );
  fs.rmSync(path.join(project, "example.ts"));
});

test("every other command does what the README says, in the README's order", () => {
  const others = commands.filter((command) => !INSTALL.test(command));
  expect(others.length).toBeGreaterThan(8);
  for (const command of others) run(offline(command));
}, 300_000);

test("every script and every flag named in passing exists", () => {
  const usage = spawnSync("npm", ["run", "-s", "rehearse", "--", "--help"], { cwd: ROOT, encoding: "utf8" });
  for (const command of inline) {
    const script = /^npm run (?:--silent )?([\w-]+)/.exec(command)?.[1];
    if (script) expect(Object.keys(scripts)).toContain(script);
    if (script === "rehearse") {
      for (const [flag] of command.matchAll(/--[\w-]+/g)) expect(usage.stdout).toContain(flag);
    }
    if (command.startsWith("npx ")) run(offline(command));
  }
}, 60_000);
