import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../offline/configuration";
import { realPlan } from "../review/real-plan";
import { relocate } from "./relocate";

let directory: string;
const at = (name: string) => join(directory, name);
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), "review-"))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const suppressions = (rule: string, addresses: readonly string[]) => ({
  relocate_review_suppressions: { value: [{ rule, addresses, reason: "scratch data of the drill" }] },
});
const bucket = (outputs: object, values: object = {}): Configuration => ({
  resource: { aws_s3_bucket: { scratch: { provider: "aws.here", bucket: "scratch", ...values } } },
  output: { made: { value: true }, ...outputs },
});

test("A2: warns with exit code 2, and is clean once the finding is suppressed in code, with its reason shown", async () => {
  const lowered = suppressions("protection-lowered", ["aws_s3_bucket.scratch"]);
  const [warned, suppressed] = [
    await realPlan({ before: bucket({}), after: bucket({}, { force_destroy: true }) }),
    await realPlan({ before: bucket(lowered), after: bucket(lowered, { force_destroy: true }) }),
  ];
  writeFileSync(at("warned.json"), JSON.stringify(warned));
  writeFileSync(at("suppressed.json"), JSON.stringify(suppressed));

  const first = await relocate(["review", at("warned.json"), "--out", at("review.md")]).ended;
  expect(first).toEqual({ code: 2, stdout: "", stderr: "" });
  expect(readFileSync(at("review.md"), "utf8")).toContain(
    "### ⚠️ No guard against deletion is lowered (`protection-lowered`)",
  );
  const second = await relocate(["review", at("suppressed.json")]).ended;
  expect(second.code).toBe(0);
  expect(second.stdout).toContain(
    "### Suppressed\n\n- `protection-lowered` `aws_s3_bucket.scratch`: force_destroy goes from false to true. Reason: scratch data of the drill\n",
  );
});

test("fails for everything that is no plan, all of it named, and writes nothing", async () => {
  const files = {
    "empty.json": "",
    "cut.json": '{"format_version":"1.2","resource_changes":[{"addr',
    "saved.tfplan": "PK\u0003\u0004rest",
    "newer.json": '{"format_version":"2.0"}',
    "state.json": '{"format_version":"1.0","values":{}}',
    "action.json":
      '{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"a.b","mode":"managed","type":"a","change":{"actions":["explode"]}}]}',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const names = [...Object.keys(files), "missing.json"].map(at);
  const { code, stdout, stderr } = await relocate(["review", ...names, "--out", at("none.md")]).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const found = [
    [at("empty.json"), "is empty; expected a plan as JSON"],
    [at("cut.json"), "is cut off: the JSON has no end"],
    [at("saved.tfplan"), "is a saved plan; expected one as JSON"],
    [at("newer.json"), "has format version 2.0, expected 1.x"],
    [at("state.json"), "is a state, not a plan"],
    [at("action.json"), "is not a plan as Terraform writes it\n  resource_changes.0.change.actions.0: "],
    [at("missing.json"), "cannot be read: there is no such file"],
  ];
  for (const [file, fault] of found) expect(stderr).toContain(`${file}: ${fault}`);
  expect(existsSync(at("none.md"))).toBe(false);
});

test("fails for a suppression of a rule that does not exist, and for one without a reason", async () => {
  const unknown = await realPlan({ after: bucket(suppressions("no-such-rule", [])) });
  const bare = { relocate_review_suppressions: { value: [{ rule: "made-public", addresses: [] }] } };
  const { planned_values: planned, ...rest } = unknown;
  writeFileSync(at("unknown.json"), JSON.stringify(unknown));
  writeFileSync(at("bare.json"), JSON.stringify({ ...rest, planned_values: { ...planned, outputs: bare } }));
  const { code, stderr } = await relocate(["review", at("unknown.json"), at("bare.json")]).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("unknown: suppresses rule no-such-rule; there are stateful-destroyed,");
  expect(stderr).toContain("output relocate_review_suppressions is not what suppressReview writes");
});

test("fails for bad usage with exit code 1", async () => {
  for (const args of [[], ["plan.json", "--colour"]])
    expect(await relocate(["review", ...args]).ended).toMatchObject({ code: 1, stdout: "" });
});
