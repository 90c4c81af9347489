import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { relocate } from "./relocate";

const STACKS = [
  "storefront-standby",
  "storefront-cutover",
  "storefront-replication",
  "storefront-decommission",
];

let out: string;
beforeAll(() => (out = mkdtempSync(join(tmpdir(), "plans-"))));
afterAll(() => rmSync(out, { recursive: true, force: true }));

test("A2: plans the four stacks of the example from nothing, and review finds nothing dangerous in them", async () => {
  const { code, stdout } = await relocate(["plan", "--out", out]).ended;
  expect(code).toBe(0);
  const counts = [...stdout.matchAll(/^(\S+): (\d+) to create$/gm)].map(([, stack, count]) => [
    stack,
    Number(count),
  ]);
  expect(counts.map(([stack]) => stack).sort()).toEqual([...STACKS].sort());
  const files = readdirSync(out).map((file) => join(out, file));
  expect(files.map((file) => file.slice(out.length + 1)).sort()).toEqual(
    STACKS.map((one) => `${one}.json`).sort(),
  );

  const reviewed = await relocate(["review", ...files]).ended;
  expect({ code: reviewed.code, stderr: reviewed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(reviewed.stdout).toMatch(/^<!-- relocate review -->\n\n## ✅ Nothing dangerous\n\n### Changes\n/);
  // In the order in which they are deployed; what is global apart from both regions.
  const rows = [...reviewed.stdout.matchAll(/^\| storefront-(\S+) \| (\S+) \|/gm)].map(
    ([, phase, region]) => `${phase} ${region}`,
  );
  expect(rows).toEqual([
    ...["standby global", "standby eu-west-1", "standby us-east-1"],
    ...["replication global", "replication eu-west-1", "replication us-east-1"],
    ...["cutover global", "cutover us-east-1"],
    ...["decommission global", "decommission eu-west-1", "decommission us-east-1"],
  ]);
  expect(reviewed.stdout).toContain(
    "Phase standby: creates the target's modules and changes both sides in place;",
  );
});

test("A2, A3: --var cutover=true shows the flip of one stack, in place, and review leaves it to the runbook", async () => {
  const { code, stdout } = await relocate([
    "plan",
    "storefront-cutover",
    "--var",
    "cutover=true",
    "--out",
    out,
  ]).ended;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      "storefront-cutover: 2 to update\n" +
      "  ~ aws_cloudfront_function.global_edge_router_function_49DD4029 (code)\n" +
      "  ~ aws_cloudfrontkeyvaluestore_key.global_edge_router_active_DB2C051E (value)\n",
  });
  const file = join(out, "storefront-cutover.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    made_offline: true,
    variables: { cutover: { value: "true" } },
  });
  const reviewed = await relocate(["review", file, "--json"]).ended;
  expect(reviewed.code).toBe(3);
  const { verdict, findings } = JSON.parse(reviewed.stdout) as {
    verdict: string;
    findings: { rule: string }[];
  };
  expect([verdict, findings.map(({ rule }) => rule)]).toEqual(["blocks", ["origin-before-writer"]]);
});
