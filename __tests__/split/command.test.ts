import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locate, readStateText, requireDirectories } from "../../cli/split-source";
import { constructPlaces } from "../../split/construct-places";
import { moduleDirectories } from "../../split/module-directories";
import { synthesizedStack } from "../../split/synthesized-stack";
import { relocate } from "../cli/relocate";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "split-command-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const split = (...args: string[]) => relocate(["split", ...args], {}, place).ended;
const write = (name: string, text: string) => writeFileSync(join(place, name), text);

const resource = (module: string, type: string, attributes: object) => ({
  ...{ module, mode: "managed", type, name: "main" },
  provider: 'provider["registry.terraform.io/hashicorp/aws"]',
  instances: [{ schema_version: 0, attributes }],
});
const state = (...resources: object[]) =>
  JSON.stringify({
    version: 4,
    terraform_version: "1.11.0",
    serial: 1,
    lineage: "shop",
    outputs: {},
    resources,
  });

const GROUP = resource("module.us_east_1", "aws_iam_group", {
  id: "operators",
  name: "operators",
  path: "/",
});
const TOPIC = resource("module.us_east_1", "aws_sns_topic", {
  ...{ id: "arn:aws:sns:us-east-1:123456789012:jobs", arn: "arn:aws:sns:us-east-1:123456789012:jobs" },
  ...{ name: "jobs", region: "us-east-1" },
});

test("--help has examples and exit codes", async () => {
  const { code, stdout, stderr } = await split("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Usage: relocate split [options] <state|stack>");
  expect(stdout).toContain("$ relocate split state.json --across global.json");
  expect(stdout).toMatch(
    /Exit codes:\n {2}0 {4}nothing to do, or written and proven\n {2}1 {4}bad input: nothing/,
  );
});

test("what stands where it belongs needs nothing, and nothing is written", async () => {
  write("state.json", state({ ...GROUP, module: "module.global" }, TOPIC));
  const { code, stdout } = await split("state.json");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "All 2 resources stand where they belong.\n" });
  expect(readdirSync(place)).toEqual(["state.json"]);
});

test("fails with 2 and every fault of a call at once", async () => {
  const { code, stderr } = await split("state.json", "--only", "both", "--across-config", ".");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      "--across-config: says something with --across only\n" +
      "--only both: expected global or regional\nSee relocate split --help\n",
  });
});

test("fails with 1 for bad input, in one line, and writes nothing", async () => {
  write("truncated.json", '{"version": 4, "resources": [');
  write("plan.bin", "PK\u0003\u0004");
  const before = readdirSync(place);
  const calls = await Promise.all([split("truncated.json"), split("plan.bin", "--across")]);
  expect(calls.map(({ code, stdout }) => [code, stdout])).toEqual([
    [1, ""],
    [1, ""],
  ]);
  expect(calls.map(({ stderr }) => stderr).join("")).toMatch(
    /^truncated\.json: is cut off: the JSON has no end; .*\nplan\.bin: is a saved plan, not a state; .*\n$/,
  );
  expect(readdirSync(place)).toEqual(before);
});

test("fails for a stack that is not there, listing those that are, and for one whose state is elsewhere", async () => {
  expect(() => synthesizedStack("shop", place)).toThrow(
    "shop: there is no such file, and no stack of that name: cdktf.out/manifest.json is missing; run cdktf synth first",
  );
  mkdirSync(join(place, "cdktf.out/stacks/shop"), { recursive: true });
  const backend = { s3: { bucket: "states" } };
  write("cdktf.out/stacks/shop/cdk.tf.json", JSON.stringify({ terraform: { backend } }));
  const stacks = { shop: { workingDirectory: "stacks/shop" }, mail: { workingDirectory: "stacks/mail" } };
  write("cdktf.out/manifest.json", JSON.stringify({ stacks }));
  expect(() => synthesizedStack("post", place)).toThrow(
    "post: there is no such file, and no stack of that name; the stacks in cdktf.out: shop, mail",
  );
  const at = "cdktf.out/stacks/shop";
  expect(() => synthesizedStack("shop", place)).toThrow(
    `shop: its state is in a backend "s3"; get it: terraform -chdir=${at} init && terraform -chdir=${at} state pull > state.json; then: relocate split state.json --stack ${at}`,
  );
  write(
    `${at}/cdk.tf.json`,
    JSON.stringify({ terraform: { backend: { local: { path: join(place, "no") } } } }),
  );
  expect(() => synthesizedStack("shop", place)).toThrow(`shop: has no state at ${join(place, "no")}`);
  expect(() => constructPlaces(place)).toThrow(/: is no synthesized stack: .*expected a directory such as/);
  await expect(locate(place, undefined)).rejects.toThrow(/: is a directory; expected a state/);
  expect(() => requireDirectories([place, "none", undefined, "no"])).toThrow(
    "none: there is no such directory\nno: there is no such directory",
  );
  expect(() => readStateText("away.json")).toThrow("away.json: there is no such file");
});

test("fails with 1, and in JSON, where a file has other content, and leaves it", async () => {
  write("state.json", state(GROUP, TOPIC));
  mkdirSync(join(place, "split"));
  write("split/moves.sh", "mine\n");
  const { code, stdout } = await split("state.json", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    command: "split",
    exitCode: 1,
    error: "split/moves.sh: is there already, with other content\nremove it, or name another --out",
  });
  expect(readdirSync(join(place, "split"))).toEqual(["moves.sh"]);
  expect(readFileSync(join(place, "split/moves.sh"), "utf8")).toBe("mine\n");
});

test("fails with 1 and shows what the plan would do, where the code does not fit; the files stay", async () => {
  write("state.json", state(GROUP, TOPIC));
  mkdirSync(join(place, "code"));
  write("code/main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n');
  const { code, stdout } = await split("state.json", "--config", "code");
  expect(code).toBe(1);
  expect(stdout).toContain("The plan on a copy would change something; mend the code or the moves first:");
  for (const by of ["the blocks", "moves.sh"])
    expect(stdout).toContain(`module.global.aws_iam_group.main: delete (after ${by})\n`);
  expect(readdirSync(join(place, "split")).sort()).toEqual(["moved.tf", "moves.sh"]);
});

test("Ctrl-C ends it with 130, and nothing is written", async () => {
  write("state.json", state(GROUP, TOPIC));
  const { child, ended, printed } = relocate(["split", "state.json"], { TMPDIR: place }, place);
  await printed("planning copies of the state offline");
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  expect(existsSync(join(place, "split"))).toBe(false);
  expect(readdirSync(place).filter((name) => name.startsWith("relocate-split-"))).toEqual([]);
});

test("modules beside the root module are copied to where it looks for them", () => {
  for (const [name, source] of [
    ["live/shop", "../../modules/app"],
    ["modules/app", "./access"],
    ["modules/app/access", "hashicorp/subnets/cidr"],
  ] as const) {
    mkdirSync(join(place, name), { recursive: true });
    write(`${name}/main.tf`, `module "one" {\n  source = "${source}"\n}\n`);
  }
  expect(moduleDirectories(join(place, "live/shop"))).toEqual({
    ancestor: place,
    root: "live/shop",
    all: ["live/shop", "modules/app", "modules/app/access"],
  });
  expect(moduleDirectories(join(place, "modules/app/access"))).toMatchObject({ root: "" });
});
