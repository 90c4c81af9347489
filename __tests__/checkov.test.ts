import * as fs from "node:fs";
import * as path from "node:path";
import { findingsIn, judge, readable, type Report, type Skip } from "../checkov/findings";

const SKIPS = JSON.parse(
  fs.readFileSync(path.join(__dirname, "..", "checkov", "skips.json"), "utf8"),
) as Skip[];

const at = (place: string) => ({ "//": { metadata: { path: place } } });
const STACK = {
  terraform: { required_version: ">= 1.11", backend: { local: {} } },
  resource: { aws_s3_bucket: { bucket_1A: at("shop/us-east-1/uploads/bucket") } },
  data: { aws_vpc: { vpc_2B: at("shop/us-east-1/network") } },
};

const failed = (check: string, resource: string) => ({
  check_id: check,
  check_name: "Ensure it",
  file_path: "/shop/cdk.tf.json",
  resource,
});
const report = (summary: Report["summary"], ...found: Report["results"]["failed_checks"]): Report => ({
  results: { failed_checks: found },
  summary,
});
const stacks = new Map([["/shop/cdk.tf.json", STACK]]);

test("checkov is handed blocks only in the terraform block: it stops at the version, which is text", () => {
  expect(readable(STACK)).toEqual({ ...STACK, terraform: { backend: { local: {} } } });
});

test("a finding is told by type and construct path, whatever checkov calls the resource", () => {
  const found = [failed("CKV_1", "resource.bucket_1A"), failed("CKV_2", "data.vpc_2B")];
  expect(findingsIn(report({ passed: 9, parsing_errors: 0 }, ...found), stacks)).toEqual([
    { check: "CKV_1", asks: "Ensure it", resource: "aws_s3_bucket shop/us-east-1/uploads/bucket" },
    { check: "CKV_2", asks: "Ensure it", resource: "aws_vpc shop/us-east-1/network" },
  ]);
});

test.each([
  ["a file that it could not read", { passed: 9, parsing_errors: 1 }],
  ["a run that checked nothing", { passed: 0, parsing_errors: 0 }],
])("fails on %s", (_name, summary) => {
  expect(() => findingsIn(report(summary), stacks)).toThrow(/expected to read 1 stacks/);
});

test("fails on a finding that no skip explains, and on a skip that explains nothing", () => {
  const bucket = { check: "CKV_1", asks: "", resource: "aws_s3_bucket shop/uploads" };
  const skip = (check: string, resource: string): Skip => ({ check, resource, reason: "it is so" });
  expect(judge([bucket], [skip("CKV_1", "^aws_s3_bucket ")])).toEqual({ open: [], unused: [] });
  const elsewhere = skip("CKV_1", "^aws_sqs_queue ");
  const another = skip("CKV_2", "^aws_s3_bucket ");
  expect(judge([bucket], [elsewhere, another])).toEqual({ open: [bucket], unused: [elsewhere, another] });
});

test("every skip names a check, resources of a type, and a reason; none stands twice", () => {
  for (const { check, resource, reason } of SKIPS) {
    expect(check).toMatch(/^CKV2?_AWS_\d+$/);
    expect(resource).toMatch(/^\^aws_/);
    expect(new RegExp(resource).test("")).toBe(false);
    expect(reason).toMatch(/^[A-Z`].{20,}\.$/);
  }
  const keys = SKIPS.map(({ check, resource }) => `${check} ${resource}`);
  expect(new Set(keys).size).toBe(keys.length);
});
