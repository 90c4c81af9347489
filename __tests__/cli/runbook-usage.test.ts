import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { confirmName } from "../../cli/confirm";
import { leftToDo } from "../../cli/left-to-do";
import { ownWords } from "../../cli/plan-flags";
import { exitCodeOf } from "../../cli/plan-run";
import { commandLine } from "../../cli/shared-options";
import type { PlanResult, StepResult } from "../../runbook/result";
import { relocate } from "./relocate";

const directory = mkdtempSync(join(tmpdir(), "relocate-cli-usage-"));
const file = (name: string, content: unknown) => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

test("every command has help with examples or what it does, and its exit codes", async () => {
  const names = [
    "preflight",
    "status",
    "watch",
    "start",
    "verify",
    "cutover",
    "rollback",
    "complete",
    "abort",
    "drill",
  ];
  const helps = await Promise.all(names.map((name) => relocate([name, "--help"]).ended));
  for (const { code, stdout, stderr } of helps) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Exit codes:");
    expect(stdout).toContain("--outputs <files...>");
  }
});

test("fails with 2 and every fault of a call at once, before anything is read", async () => {
  const { code, stdout, stderr } = await relocate(
    ["cutover", "--outputs", "missing.json", "--notify-every", "often", "--ca-file", "none.pem", "--now"],
    { RELOCATE_NOTIFY_URL: "ftp://example.com/token-in-here" },
    directory,
  ).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("--now: no such option");
  expect(stderr).toContain('--outputs missing.json: no such file; write it with "cdktf output');
  expect(stderr).toContain("--ca-file none.pem: no such file");
  expect(stderr).toContain("--notify-every often: expected a duration");
  expect(stderr).toContain("RELOCATE_NOTIFY_URL: ");
  expect(stderr).toContain("--yes: expected where there is no terminal");
  expect(stderr).not.toContain("token-in-here");
});

test("fails with 2 for what cannot be run in AWS, and for a journal in a folder that is not there", async () => {
  const outputs = ["--outputs", file("some.json", {})];
  const [elsewhere, unasked, journal, drill] = await Promise.all([
    relocate(["run-in-aws", ...outputs, "--", "rehearse", "--journal=here.jsonl"]).ended,
    relocate(["run-in-aws", ...outputs, "--json", "--", "cutover"]).ended,
    relocate(["status", ...outputs, "--journal", "no/such/journal.jsonl"], {}, directory).ended,
    relocate(["drill", ...outputs], {}, directory).ended,
  ]);
  expect([elsewhere.code, unasked.code, journal.code, drill.code]).toEqual([2, 2, 2, 2]);
  expect(elsewhere.stderr).toMatch(/^rehearse: expected one of preflight, .*drill.*, after "--"$/m);
  expect(elsewhere.stderr).toContain(
    "--journal=here.jsonl: not expected: in AWS the journal is the stacks' table",
  );
  expect(JSON.parse(unasked.stdout)).toMatchObject({
    command: "run-in-aws",
    error: "--yes: expected where there is no terminal to ask for the workload's name",
  });
  expect(journal.stderr).toContain("--journal no/such/journal.jsonl: no such folder no/such");
  expect(drill.stderr).toMatch(/cdktf\.json: expected an "app".*; or give --no-rehearse/);
});

test("fails with 2 and every path that CloudFront would not take, before anything is read", async () => {
  const paths = ["assets/*", "/a*b", "/ä", "/b c", "/one", "/one"];
  const many = Array.from({ length: 16 }, (_, index) => `/${index}/*`);
  const outputs = ["--outputs", file("none.json", {})];
  const [cutover, rollback] = await Promise.all([
    relocate(["cutover", "--yes", ...outputs, "--invalidate", ...paths]).ended,
    relocate(["rollback", ...outputs, "--invalidate", ...many, "/ok"]).ended,
  ]);
  expect([cutover.code, rollback.code]).toEqual([2, 2]);
  const expected = 'expected a path that begins with "/", percent-encoded, with "*" at its end at most';
  expect(cutover.stderr.split("\n")).toEqual([
    ...paths.slice(0, 4).map((path) => `--invalidate ${path}: ${expected}, such as /assets/*`),
    "--invalidate /one: named twice, expected once",
    "See relocate cutover --help",
    "",
  ]);
  expect(rollback.stderr).toContain('--invalidate: 16 paths end with "*", expected 15 at most');
});

test("what a switch was asked for besides is part of what to type next", () => {
  const flags = { dryRun: false, notifyEvery: "5m", json: false, outputs: ["o.json"] };
  const own = ownWords({ ...flags, strictFence: true, invalidate: ["/*", "/a"] });
  expect(commandLine("cutover", flags, own)).toBe(
    "relocate cutover --strict-fence --invalidate '/*' /a --outputs o.json",
  );
});

test("fails with JSON for what the parser itself refuses, too", async () => {
  const { code, stdout } = await relocate(["status", "--json", "--journal"]).ended;
  expect(JSON.parse(stdout)).toMatchObject({ command: "status", exitCode: 2, next: [] });
  expect(code).toBe(2);
});

test("fails with 2 for a watch or a status whose options contradict each other", async () => {
  const outputs = ["--outputs", file("any.json", {})];
  const [watch, sizes, status] = await Promise.all([
    relocate(["watch", "--warn", "5GB", "--stop", "much", "--every", "30", ...outputs]).ended,
    relocate(["watch", "--warn", "2GiB", "--stop", "512MiB", ...outputs]).ended,
    relocate(["status", "--watch", "5s", "--post-mortem", "file.md", ...outputs]).ended,
  ]);
  expect([watch.code, sizes.code, status.code]).toEqual([2, 2, 2]);
  expect(watch.stderr).toBe(
    [
      "--every 30: expected a duration of at least 1s, such as 30s",
      "--warn 5GB: expected a size such as 5GiB",
      "--stop much: expected a size such as 20GiB",
      "See relocate watch --help",
      "",
    ].join("\n"),
  );
  expect(sizes.stderr).toContain("--warn 2GiB: expected at most what --stop says, 512MiB");
  expect(status.stderr).toContain("--post-mortem: expected without --watch");
});

test("what an abort could not remove is told line by line, to be pasted there", () => {
  const observations = {
    "shop.eu.staysOnTarget": "DROP SUBSCRIPTION relocate_to_target; DROP PUBLICATION IF EXISTS relocate",
    "shop.eu.tablesEmptied": 4,
  };
  const remains = { id: "remains", title: "", state: "done", already: false, durationMs: 1 } as const;
  expect(leftToDo([{ ...remains, observations }])).toEqual([
    "shop.eu: left on the target, to be done there:",
    "  DROP SUBSCRIPTION relocate_to_target",
    "  DROP PUBLICATION IF EXISTS relocate",
  ]);
});

const COMMON = { version: 2, workload: "shop", sourceRegion: "us-east-1", targetRegion: "eu-west-1" };
const DECOMMISSION = {
  ...COMMON,
  phase: "decommission",
  finalSnapshots: {},
  archiveBucket: "archive",
  finalBackupParameter: "/relocate/shop/final-backup",
};

describe("fails with 1, one line a fault, for outputs", () => {
  test.each([
    ["that are not JSON", "{", /not JSON; write the outputs/],
    ["without a manifest", { "shop-standby": {} }, /no output relocate_manifest, expected one of each phase/],
    [
      "of another version",
      { "shop-decommission": { relocate_manifest: { ...DECOMMISSION, version: 1 } } },
      /shop-decommission: relocate_manifest: the manifest is not of version 2[^]*version: /,
    ],
    [
      "that lack a phase",
      { relocate_manifest: { value: DECOMMISSION, type: "object", sensitive: false } },
      /the outputs lack the phase standby, replication; deploy shop-standby shop-replication/,
    ],
    [
      "of two relocations",
      {
        one: { relocate_manifest: DECOMMISSION },
        two: { relocate_manifest: { ...DECOMMISSION, workload: "stall" } },
      },
      /two: relocate_manifest: of stall \(us-east-1 to eu-west-1\), expected shop \(us-east-1 to eu-west-1\)/,
    ],
  ])("%s", async (name, content, message) => {
    const outputs = file(`${name.replaceAll(" ", "-")}.json`, content);
    const { code, stdout, stderr } = await relocate(["start", "--json", "--outputs", outputs]).ended;
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      command: "start",
      exitCode: 1,
      error: expect.stringMatching(message) as string,
      next: [],
    });
  });
});

test.each([
  ["shop", true],
  [" shop ", true],
  ["Shop", false],
  ["yes", false],
  ["", false],
])("the workload's name has to be typed: %j is %p", async (typed, expected) => {
  const input = new PassThrough();
  input.end(`${typed}\n`);
  const { signal } = new AbortController();
  expect(await confirmName({ workload: "shop", what: "shop moves" }, signal, input)).toBe(expected);
});

describe("the exit code tells what stands", () => {
  const step = (id: string, state: StepResult["state"]): StepResult => ({
    ...{ id, title: id, state, already: false, durationMs: 1, observations: {} },
  });
  const failedAt = (id: string): StepResult[] => [step("writer", "undone"), step(id, "failed")];
  const result = (outcome: PlanResult["outcome"], steps: readonly StepResult[] = []): PlanResult => ({
    ...{ plan: "cutover", title: "Cutover", resumed: false, crossed: false, stands: "", warnings: [] },
    ...{ outcome, steps },
  });
  const ctrlC = Object.assign(new Error("interrupted"), { exitCode: 130 });

  test.each([
    ["all of it", result("done"), undefined, 0],
    ["all of it, in spite of Ctrl-C", result("done"), ctrlC, 0],
    ["nothing", result("undone", failedAt("lag")), undefined, 3],
    ["nothing, as findings stood in the way", result("undone", failedAt("preflight")), undefined, 5],
    ["nothing after Ctrl-C", result("undone", failedAt("lag")), ctrlC, 130],
    ["half of it", result("stopped", failedAt("edge")), undefined, 4],
    ["half of it after Ctrl-C", result("stopped", failedAt("edge")), ctrlC, 4],
    ["half of it, begun by an earlier run", { ...result("stopped"), resumed: true }, undefined, 4],
    ["nothing, as the first look has failed", result("undone", [step("writer", "failed")]), undefined, 1],
    [
      "nothing, as what an earlier run has begun was taken back",
      { ...result("undone", [step("writer", "failed")]), resumed: true },
      undefined,
      3,
    ],
    ["that nothing was begun", result("stopped"), undefined, 1],
    ["that nothing was begun after Ctrl-C", result("stopped"), ctrlC, 130],
  ])("%s", (_, found, interruption, code) => expect(exitCodeOf(found, interruption)).toBe(code));
});

test("the outputs may come by the environment, as in the runner's task", async () => {
  const lacking = gzipSync(JSON.stringify({ stack: { relocate_manifest: DECOMMISSION } })).toString("base64");
  const [read, broken] = await Promise.all([
    relocate(["status"], { RELOCATE_OUTPUTS: lacking }, directory).ended,
    relocate(["status"], { RELOCATE_OUTPUTS: "{}" }, directory).ended,
  ]);
  expect(read.stderr).toContain("the outputs lack the phase standby, replication");
  expect(broken.stderr).toContain("RELOCATE_OUTPUTS: not a gzipped JSON file in base64; make it with");
  expect([read.code, broken.code]).toEqual([1, 1]);
});
