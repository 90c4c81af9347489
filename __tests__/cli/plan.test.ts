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
import { relocate } from "./relocate";
import { openRepository, type Repository } from "./repository";

const bucket = (name: string, values: object = {}) => ({ [name]: { bucket: "orders", ...values } });
const stream = (shards: number) => ({ clicks: { name: "clicks", shard_count: shards } });
const key = { store: { description: "orders" } };

let repository: Repository;
let scratch: string;
const plan = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  relocate(["plan", ...args], { CHECKPOINT_DISABLE: "1", ...environment }, repository.project);

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "plans-"));
  repository = openRepository();
  repository.write({
    shop: { aws_s3_bucket: bucket("orders"), aws_kinesis_stream: stream(1) },
    old: { aws_kms_key: key },
  });
  repository.commit();
  repository.git("checkout", "--quiet", "-b", "rename");
  repository.write({ shop: { aws_s3_bucket: bucket("purchases"), aws_kinesis_stream: stream(2) } });
  repository.commit();
  repository.git("checkout", "--quiet", "main");
  writeFileSync(join(repository.root, "README"), "later");
  // A hook that a checkout would run in the worktree, too.
  mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
  writeFileSync(join(repository.root, ".git/hooks/post-checkout"), "#!/bin/sh\ntouch hook-ran\n", {
    mode: 0o755,
  });
  repository.commit();
  repository.git("-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "rename");
});
afterAll(() => {
  repository.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const isUntouched = () => {
  expect(repository.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1);
  expect(repository.git("branch", "--show-current")).toBe("rename");
};

test("A2: --base on a branch that renames a construct shows what is destroyed and created, and review blocks it", async () => {
  const out = join(repository.project, "plans");
  const { code, stdout, stderr } = await plan(["--base", "main", "--out", "plans"]).ended;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: [
      "shop: 1 to create, 1 to update, 1 to destroy",
      "  ~ aws_kinesis_stream.clicks (shard_count)  replacement unknown",
      "  - aws_s3_bucket.orders",
      "  + aws_s3_bucket.purchases",
      "",
      "old: the app has it no more. It stays deployed: destroy it with the version that has it",
      "",
    ].join("\n"),
  });
  expect(stderr).toContain("main has commits that are not in this branch: the plan takes them back");
  isUntouched();
  expect(existsSync(join(repository.root, "hook-ran"))).toBe(false);

  // The second time the plans of the first are no change of anybody's.
  const again = await plan(["--base", "main", "shop", "--out", "plans"]).ended;
  expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
  const reviewed = await relocate(["review", join(out, "shop.json")]).ended;
  expect(reviewed.code).toBe(3);
  expect(reviewed.stdout).toBe(readFileSync(join(__dirname, "fixtures/renamed-review.txt"), "utf8"));
  rmSync(out, { recursive: true });
});

test("fails for changes that are not committed, and plans them when it is told to, leaving them as they are", async () => {
  writeFileSync(join(repository.project, "notes.txt"), "mine");
  const changed = { aws_s3_bucket: bucket("orders", { force_destroy: true }), aws_kinesis_stream: stream(1) };
  repository.write({ shop: changed, old: { aws_kms_key: key } });
  const before = [
    repository.git("status", "--porcelain"),
    readFileSync(join(repository.project, "main.js"), "utf8"),
  ];
  const out = join(scratch, "uncommitted");
  const refused = await plan(["--base", "main", "--out", out]).ended;
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(
    "changes that are not committed, which nobody else would see in this plan:\n   M infrastructure/main.js\n  ?? infrastructure/notes.txt\n" +
      "Commit them, or plan them nevertheless with --uncommitted\n",
  );
  expect(existsSync(out)).toBe(false);

  const planned = await plan(["--base", "main", "--uncommitted", "--json"]).ended;
  const plans = JSON.parse(planned.stdout) as Record<
    string,
    { resource_changes: { change: { actions: string[] } }[] }
  >;
  expect(Object.keys(plans)).toEqual(["old", "shop"]);
  expect(plans.shop).toMatchObject({ format_version: "1.2", made_offline: true });
  expect(plans.shop?.resource_changes.map(({ change }) => change.actions)).toEqual([["no-op"], ["update"]]);
  expect([
    repository.git("status", "--porcelain"),
    readFileSync(join(repository.project, "main.js"), "utf8"),
  ]).toEqual(before);
  isUntouched();
  rmSync(join(repository.project, "notes.txt"));
  repository.git("checkout", "--quiet", "--", ".");
});

test("Ctrl-C leaves no worktree, no temporary file and no process behind", async () => {
  const temporary = join(scratch, "temporary");
  mkdirSync(temporary);
  // Both versions' synthesis, which never ends, tells its process.
  const app = `node -e 'require("fs").writeFileSync(${JSON.stringify(scratch)} + "/" + process.pid + ".pid", ""); setInterval(() => {}, 1000)'`;
  const run = plan(["--base", "main", "--app", app], { TMPDIR: temporary });
  const pids = () => readdirSync(scratch).flatMap((file) => /^(\d+)\.pid$/.exec(file)?.[1] ?? []);
  let isRunning = true;
  void run.ended.then(() => (isRunning = false));
  while (isRunning && pids().length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(repository.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(2);
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  expect(stderr).toContain("interrupted: putting things in order");
  expect(readdirSync(temporary).filter((name) => name.startsWith("relocate"))).toEqual([]);
  for (const pid of pids()) expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
  isUntouched();
});

test("fails for a ref that does not exist, and says of a shallow clone that it is one", async () => {
  const out = join(scratch, "nothing");
  const missing = await plan(["--base", "nowhere", "--out", out]).ended;
  expect(missing).toMatchObject({ code: 1, stdout: "" });
  expect(missing.stderr).toContain(
    "--base nowhere: there is no such branch, tag or commit here. Fetch it first",
  );
  const clone = join(scratch, "shallow");
  repository.git("clone", "--quiet", "--depth=1", "--branch=rename", `file://${repository.root}`, clone);
  const shallow = await relocate(["plan", "--base", "main", "--out", out], {}, join(clone, "infrastructure"))
    .ended;
  expect(shallow).toMatchObject({ code: 1, stdout: "" });
  expect(shallow.stderr).toContain("This clone is shallow: fetch the rest (git fetch --unshallow;");
  expect(existsSync(out)).toBe(false);
});

test("fails outside of a git repository, and for a project that the base does not have", async () => {
  const outside = join(scratch, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "cdktf.json"), JSON.stringify({ app: "true" }));
  const { code, stderr } = await relocate(["plan", "--base", "main"], {}, outside).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`--base main: ${outside} is in no git repository: `);

  const added = join(repository.root, "added");
  mkdirSync(added);
  writeFileSync(join(added, "cdktf.json"), JSON.stringify({ app: "true" }));
  const fresh = await relocate(["plan", "--base", "main", "--uncommitted"], {}, added).ended;
  expect(fresh).toMatchObject({ code: 1, stdout: "" });
  expect(fresh.stderr).toContain(
    "--base main: has no directory added/: all is new to it; plan without --base",
  );
  rmSync(added, { recursive: true });
  isUntouched();
});

test("fails for stacks and variables that the app does not have, all together, and for an app that does not synthesize", async () => {
  const out = join(scratch, "faults");
  const unknown = await plan(["cart", "desk", "--var", "cutover=true", "--out", out]).ended;
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain(
    "cart: no such stack; there are shop\ndesk: no such stack; there are shop\n" +
      "--var cutover: no stack has this variable; there are none\n",
  );
  const broken = await plan(["--app", "echo no synthesis >&2; exit 3", "--out", out]).ended;
  expect(broken).toMatchObject({ code: 1, stdout: "" });
  expect(broken.stderr).toContain("ended with exit code 3 instead of synthesizing\nno synthesis");
  expect(existsSync(out)).toBe(false);
});

test("fails for bad usage with exit code 2, every fault named", async () => {
  const { code, stdout, stderr } = await plan(["--var", "cutover", "--uncommitted", "--app", " "]).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain('--app " ": expected a command');
  expect(stderr).toContain("--var cutover: expected a name and a value, such as cutover=true");
  expect(stderr).toContain("--uncommitted: says something with --base only");
});
