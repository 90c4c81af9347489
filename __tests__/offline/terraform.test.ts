import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findTerraform } from "../../offline/terraform";
import { openWorkspace } from "../../offline/workspace";
import { onBench, STACK } from "./configuration";

let directory: string;
const { TERRAFORM_BINARY_NAME: named, PATH: paths } = process.env;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true });
  if (named === undefined) delete process.env.TERRAFORM_BINARY_NAME;
  else process.env.TERRAFORM_BINARY_NAME = named;
  process.env.PATH = paths;
});

/** A program that claims to be some version of Terraform. */
function claiming(answer: string, name = "terraform-claimed"): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, `#!/bin/sh\nwhile read -r line; do echo "$line"; done <<'END'\n${answer}\nEND\n`, {
    mode: 0o755,
  });
  return file;
}

const find = () => findTerraform({ environment: {} });

test("the Terraform on the path is new enough and runs", async () => {
  const terraform = await find();
  const { code, stdout } = await terraform.run(directory, "version", "-json");
  expect(code).toBe(0);
  expect(stdout).toContain('"terraform_version"');
});

test("fails in one line when Terraform is missing, naming the variable that leads to another", async () => {
  process.env.TERRAFORM_BINARY_NAME = path.join(directory, "nowhere");
  await expect(find()).rejects.toThrow(
    /^\S+nowhere: not found; install Terraform or OpenTofu 1\.11 or newer, .*TERRAFORM_BINARY_NAME/,
  );
  await expect(find()).rejects.not.toThrow(/\n/);
});

test("fails in one line when there is neither, with nothing named", async () => {
  delete process.env.TERRAFORM_BINARY_NAME;
  process.env.PATH = directory;
  await expect(find()).rejects.toThrow(
    /^terraform and tofu: not found; install Terraform or OpenTofu 1\.11 or newer, or name .* TERRAFORM_BINARY_NAME$/,
  );
});

test("OpenTofu is taken where there is no Terraform, and a script that it runs takes it too", async () => {
  delete process.env.TERRAFORM_BINARY_NAME;
  process.env.PATH = directory;
  claiming('{"terraform_version":"1.12.6"}', "tofu");
  await expect(find()).resolves.toMatchObject({ environment: { TERRAFORM_BINARY_NAME: "tofu" } });
  claiming('{"terraform_version":"1.9.0"}', "terraform");
  await expect(find()).rejects.toThrow("terraform: expected version 1.11 or newer, found 1.9.0");
});

test.each([
  ["an older one of few words", "Terraform v1.5.7\non linux_amd64", /found 1\.5\.7; install/],
  ["an older OpenTofu", "OpenTofu v1.10.6", /expected version 1\.11 or newer, found 1\.10\.6/],
  ["an older one", '{"terraform_version":"1.10.5"}', /expected version 1\.11 or newer, found 1\.10\.5/],
  ["one of the last century", '{"terraform_version":"0.15.0"}', /found 0\.15\.0/],
  ["something else entirely", "Mosaic 2.1", /found none/],
])("fails on %s, saying what was found", async (_name, answer, message) => {
  process.env.TERRAFORM_BINARY_NAME = claiming(answer);
  await expect(find()).rejects.toThrow(message);
});

test.each(["1.11.0", "1.14.3", "2.0.0"])("%s is new enough", async (version) => {
  process.env.TERRAFORM_BINARY_NAME = claiming(`{"terraform_version":"${version}"}`);
  await expect(find()).resolves.toHaveProperty("run");
});

test("a warning before the version, as OpenTofu prints it, is no part of it", async () => {
  process.env.TERRAFORM_BINARY_NAME = claiming(
    '\nWarning: no configuration\n\n{\n"terraform_version":"1.12.6"\n}',
  );
  await expect(find()).resolves.toHaveProperty("run");
});

test("an abort ends Terraform, rejects with the reason, and leaves a workspace that can go on", async () => {
  const networks = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`n${i}`, { provider: "aws.here", cidr_block: `10.${i}.0.0/16` }]),
  );
  await onBench(
    { resource: { aws_vpc: networks } },
    async ({ standIn, workspace, directory: place, synthesis }) => {
      const controller = new AbortController();
      const options = { synthesis, directory: path.join(place, "workspace"), standIn };
      const abortable = await openWorkspace({ ...options, signal: controller.signal });
      await abortable.init(STACK);
      const applying = abortable.apply(STACK);
      let over = false;
      const done = applying.finally(() => (over = true));
      const begun = async () => {
        const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
        while (!over && standIn.cloud.find("aws_vpc").length === 0) await pause();
      };
      await Promise.race([begun(), done]);
      controller.abort(new Error("enough"));
      await expect(done).rejects.toThrow("enough");
      await expect(abortable.plan(STACK)).rejects.toThrow("enough");

      await workspace.apply(STACK);
      expect((await workspace.state(STACK)).resources).toHaveLength(40);
      expect(standIn.cloud.find("aws_vpc")).toHaveLength(40);
    },
  );
});

test("what the user has set to lead Terraform elsewhere does not lead the workspace there", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    TF_DATA_DIR: path.join(directory, "data"),
    TF_WORKSPACE: "mine",
    TF_CLI_ARGS_plan: "-destroy",
  });
  try {
    await onBench({ resource: { aws_eip: { a: { provider: "aws.here" } } } }, async ({ workspace }) => {
      expect((await workspace.plan(STACK)).changes).toMatchObject([{ actions: ["create"] }]);
    });
    expect(fs.existsSync(path.join(directory, "data"))).toBe(false);
  } finally {
    for (const name of ["TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS_plan"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});
