import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePlan, readPlanFiles } from "../../review/plan-file";

test.each([
  ["an empty file", " \n", "is empty; expected a plan as JSON, from: terraform show -json"],
  [
    "a saved plan",
    "PK\u0003\u0004...",
    "is a saved plan; expected one as JSON, from: terraform show -json plan.json",
  ],
  ["a truncated file", '{"format_version":"1.2","resource_changes":[', "is cut off: the JSON has no end"],
  ["text", "Plan: 1 to add", "is not JSON"],
  ["another JSON", '{"name":"shop"}', "has no format_version, so it is no plan"],
  ["an unknown format version", '{"format_version":"2.0"}', "has format version 2.0, expected 1.x"],
  ["a state", '{"format_version":"1.0","values":{"root_module":{}}}', "is a state, not a plan"],
  [
    "a plan that failed",
    '{"format_version":"1.2","planned_values":{},"errored":true}',
    "Terraform ended this plan with an error",
  ],
  [
    "a plan of another shape",
    '{"format_version":"1.2","planned_values":{},"resource_changes":{}}',
    "resource_changes",
  ],
])("fails for %s", (_, text, message) => {
  expect(() => parsePlan(text, "plan.json")).toThrow(message);
});

test("fails with all files that are not plans together", async () => {
  const directory = mkdtempSync(join(tmpdir(), "plans-"));
  writeFileSync(join(directory, "one.json"), "");
  const files = [join(directory, "one.json"), join(directory, "two.json")];
  await expect(readPlanFiles(files)).rejects.toThrow(
    `${files[0]}: is empty; expected a plan as JSON, from: terraform show -json <plan file> > plan.json\n${files[1]}: cannot be read: there is no such file`,
  );
  rmSync(directory, { recursive: true });
});
