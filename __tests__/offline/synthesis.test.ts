import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { synthesize } from "../../offline/synthesis";

const CDKTF = JSON.stringify(require.resolve("cdktf"));

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

/** An app in plain JavaScript; `body` sees `app`, the library and its three stacks, of which c needs b, and b needs a. */
function writeApp(body: string): { app: string; directory: string; output: string } {
  const text = `
    const { Annotations, App, TerraformOutput, TerraformStack, LocalBackend } = require(${CDKTF});
    const app = new App();
    const [c, b, a] = ["c", "b", "a"].map((name) => new TerraformStack(app, name));
    c.addDependency(b);
    b.addDependency(a);
    ${body}
    app.synth();`;
  fs.writeFileSync(path.join(directory, "app.js"), text);
  return {
    app: `${JSON.stringify(process.execPath)} app.js`,
    directory,
    output: path.join(directory, "out"),
  };
}

test("stacks come in dependency order, with what each depends on", async () => {
  const { stacks } = await synthesize(writeApp(""));
  expect(stacks.map(({ name, dependencies }) => [name, ...dependencies])).toEqual([
    ["a"],
    ["b", "a"],
    ["c", "b"],
  ]);
  for (const { directory: place } of stacks)
    expect(fs.existsSync(path.join(place, "cdk.tf.json"))).toBe(true);
});

test("the context of cdktf.json reaches the app, and what an earlier synthesis left is gone", async () => {
  fs.writeFileSync(path.join(directory, "cdktf.json"), JSON.stringify({ context: { stage: "test" } }));
  const app = writeApp(`new TerraformOutput(a, "stage", { value: app.node.tryGetContext("stage") });`);
  fs.mkdirSync(path.join(app.output, "stacks", "of-old"), { recursive: true });
  const { stacks } = await synthesize(app);
  expect(fs.readFileSync(path.join(stacks[0]!.directory, "cdk.tf.json"), "utf8")).toContain(
    '"value": "test"',
  );
  expect(fs.readdirSync(path.join(app.output, "stacks")).sort()).toEqual(["a", "b", "c"]);
});

test("fails with the file's name when cdktf.json is not JSON", async () => {
  const file = path.join(directory, "cdktf.json");
  fs.writeFileSync(file, "{ app");
  await expect(synthesize(writeApp(""))).rejects.toThrow(`${file}: cannot be read as JSON: `);
});

test("fails with what the app printed when it throws", async () => {
  const failing = synthesize(writeApp(`throw new Error("no such region: eu-moon-1");`));
  await expect(failing).rejects.toThrow(
    /ended with exit code 1 instead of synthesizing[\s\S]*no such region: eu-moon-1/,
  );
});

test("fails with the construct and the message of an error annotation", async () => {
  const failing = synthesize(writeApp(`Annotations.of(b).addError("the CIDRs overlap");`));
  await expect(failing).rejects.toThrow(/synthesized with errors\n {2}b: the CIDRs overlap/);
});

test("fails when the app writes elsewhere", async () => {
  const { output } = writeApp("");
  const elsewhere = { app: `${JSON.stringify(process.execPath)} -e 0`, directory, output };
  await expect(synthesize(elsewhere)).rejects.toThrow(/wrote no stacks to .*app\.synth\(\)/);
});

test("an abort ends the app and its children, and rejects with the reason", async () => {
  const child = `require("fs").writeFileSync("child.pid", String(process.pid)); setInterval(() => {}, 1000)`;
  const app = writeApp("");
  fs.writeFileSync(
    path.join(directory, "slow.js"),
    `require("child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(child)}]);`,
  );
  const controller = new AbortController();
  const line = `${JSON.stringify(process.execPath)} slow.js`;
  const running = synthesize({ ...app, app: line, signal: controller.signal });
  let over = false;
  const done = running.finally(() => (over = true));
  done.catch(() => undefined);
  const pidFile = path.join(directory, "child.pid");
  while (!over && (!fs.existsSync(pidFile) || fs.readFileSync(pidFile, "utf8") === "")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pid = Number(fs.readFileSync(pidFile, "utf8"));
  controller.abort(new Error("enough"));
  await expect(done).rejects.toThrow("enough");
  // A process that has ended may stay in the table for as long as nobody asks how.
  const alive = () =>
    /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());
  while (alive()) await new Promise((resolve) => setTimeout(resolve, 20));
});
