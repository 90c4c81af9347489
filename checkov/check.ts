import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { everyModuleRelocation } from "../__tests__/stacks/every-module";
import { synthesizeInto } from "../__tests__/stacks/example";
import { run } from "../offline/command";
import { synthesize, type Synthesis } from "../offline/synthesis";
import { findingsIn, judge, readable, type Report, type Skip, type StackJson } from "./findings";

const PROJECT = path.join(__dirname, "..");
const readJson = (file: string): unknown => JSON.parse(fs.readFileSync(file, "utf8"));

/** Copies stacks to where checkov looks for them; returned by the path that its report names them by. */
function prepare(directory: string, workload: string, { stacks }: Synthesis): [string, StackJson][] {
  return stacks.map((stack) => {
    const place = path.join(workload, stack.name, "cdk.tf.json");
    const json = readable(readJson(path.join(stack.directory, "cdk.tf.json")) as StackJson);
    fs.mkdirSync(path.dirname(path.join(directory, place)), { recursive: true });
    fs.writeFileSync(path.join(directory, place), JSON.stringify(json, null, 2));
    return [`/${place}`, json];
  });
}

/** Runs checkov on the stacks of the example and of the workload with every module, and prints what is to do. */
async function check(checkov: string): Promise<boolean> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "checkov-"));
  try {
    const { app } = readJson(path.join(PROJECT, "cdktf.json")) as { app: string };
    const example = await synthesize({ app, directory: PROJECT, output: path.join(directory, "example") });
    const everyModule = synthesizeInto(path.join(directory, "every-module"), everyModuleRelocation);
    const searched = path.join(directory, "searched");
    const stacks = new Map([
      ...prepare(searched, "example", example),
      ...prepare(searched, "every-module", everyModule),
    ]);
    const { stdout, stderr } = await run({
      program: checkov,
      // Without `--skip-download` it asks a server for guidelines; `--soft-fail` leaves the verdict to the skips.
      arguments: [
        ...["--directory", searched, "--framework", "terraform_json", "--output", "json"],
        ...["--compact", "--quiet", "--skip-download", "--soft-fail"],
      ],
      directory: PROJECT,
      environment: { ...process.env, LOG_LEVEL: "ERROR" },
    });
    if (!stdout.trimStart().startsWith("{"))
      throw new Error(`checkov: expected a report in JSON; found\n${stdout}${stderr}`);
    const report = JSON.parse(stdout) as Report;
    const skips = readJson(path.join(__dirname, "skips.json")) as Skip[];
    const findings = findingsIn(report, stacks);
    const { open, unused } = judge(findings, skips);
    for (const { check: id, asks, resource } of open) console.error(`${id} ${resource}\n  ${asks}`);
    for (const { check: id, resource } of unused)
      console.error(`${id} ${resource}: this skip skips nothing; remove it`);
    console.log(
      `checkov: ${report.summary.passed} checks passed, ${findings.length - open.length} skipped with a reason, ` +
        `${open.length} failed, ${unused.length} skips without use`,
    );
    return open.length + unused.length === 0;
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const [checkov] = process.argv.slice(2);
  if (checkov === undefined)
    throw new Error("usage: check.ts <checkov>; scripts/checkov installs it and calls this");
  if (!(await check(checkov))) process.exitCode = 1;
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
