import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { run } from "../../offline/command";
import { copyProject } from "../project-copy";

const PROJECT = path.join(__dirname, "..", "..");
const RELOCATE = [
  "-r",
  require.resolve("ts-node/register/transpile-only"),
  path.join(__dirname, "fixtures", "offline.ts"),
];

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const environment = { ...process.env, TS_NODE_PROJECT: path.join(PROJECT, "tsconfig.json") };
const offline = (...command: string[]) =>
  run({
    program: process.execPath,
    arguments: [...RELOCATE, "offline", "--", ...command],
    directory,
    environment,
  });

test("the command sees a stand-in and its own arguments, and its exit code is passed on", async () => {
  const script =
    "console.log(process.argv[1], JSON.parse(process.env.TF_REATTACH_PROVIDERS)); process.exit(7)";
  const { code, stdout } = await offline(process.execPath, "-e", script, "--", "--auto-approve");
  expect(code).toBe(7);
  expect(stdout).toMatch(/^--auto-approve [\s\S]*registry\.terraform\.io\/hashicorp\/aws/);
});

test("fails with 127 and one line when there is no such command", async () => {
  const { code, stderr } = await offline("no-such-command");
  expect(code).toBe(127);
  expect(stderr).toBe("relocate offline: no-such-command: not found\n");
});

test("a signal goes to the command, and its end is ours: 143 for SIGTERM", async () => {
  const child = spawn(
    process.execPath,
    [...RELOCATE, "offline", "--", process.execPath, "-e", "console.log('up'); setInterval(() => {}, 1000)"],
    {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([143, null]);
});

test("plain Terraform in HCL plans and applies", async () => {
  fs.writeFileSync(
    path.join(directory, "main.tf"),
    `terraform {
      required_providers { aws = { source = "hashicorp/aws" } }
    }
    provider "aws" { region = "eu-west-1" }
    resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
    output "vpc" { value = aws_vpc.main.arn }`,
  );
  expect(await offline("terraform", "init", "-no-color")).toMatchObject({ code: 0 });
  expect(await offline("terraform", "apply", "-auto-approve", "-no-color")).toMatchObject({ code: 0 });
  // Another stand-in goes by the state that the first one left.
  const second = await offline("terraform", "plan", "-detailed-exitcode", "-no-color");
  expect(second.stdout).toContain("No changes");
  const { stdout } = await offline("terraform", "output", "-raw", "vpc");
  expect(stdout).toMatch(/^arn:aws:ec2:eu-west-1:123456789012:vpc\/vpc-[0-9a-f]{17}$/);
});

test("the CDKTF CLI deploys all four stacks, and nothing is left in the project", async () => {
  copyProject(directory);
  const before = fs.readdirSync(PROJECT).sort();

  const { code, stdout, stderr } = await offline(
    "npx",
    "cdktf",
    "deploy",
    "*",
    "--auto-approve",
    "--skip-provider-lock",
  );
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  const phases = ["cutover", "decommission", "replication", "standby"];
  for (const phase of phases) {
    const state = path.join(directory, `terraform.storefront-${phase}.tfstate`);
    const { resources } = JSON.parse(fs.readFileSync(state, "utf8")) as { resources: unknown[] };
    expect([phase, resources.length > 0]).toEqual([phase, true]);
  }
  expect(fs.readdirSync(PROJECT).sort()).toEqual(before);
}, 120_000);
