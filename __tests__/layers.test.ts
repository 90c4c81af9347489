import { ESLint, type Linter } from "eslint";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
// Handed over: ESLint would import the file, which Jest's modules do not allow.
const overrideConfig = jest.requireActual<Linter.Config[]>("../eslint.config.js");
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfigFile: true,
  // Where an import leads needs no types, and the barrel's take long to load.
  overrideConfig: [
    ...overrideConfig,
    { files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } },
  ],
  ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports",
});

/** What lint says of one import line, were it in an existing file. */
async function restrictions(file: string, from: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import ${JSON.stringify(from)};\n`, {
    filePath: path.join(ROOT, file),
  });
  return result!.messages.map(({ message }) => message);
}

test.each([
  ["lib/global/edge.ts", "../../stacks/standby"],
  ["lib/workload.ts", "../runbook/engine"],
  ["stacks/standby.ts", "../runbook/side"],
  ["runbook/engine.ts", "../lib/workload"],
  ["runbook/plans/start.ts", "../../rehearsal/regions"],
  ["offline/stand-in.ts", "../lib/manifest"],
  ["rehearsal/course.ts", "../stacks/standby"],
  ["rehearsal/course.ts", "../cli/rehearse"],
  ["cli/relocate.ts", "../stacks/relocation"],
])("fails lint when %s imports %s, against the arrows", async (file, from) => {
  expect(await restrictions(file, from)).toEqual([expect.stringContaining("arrows point one way")]);
});

test("fails lint when the provider's barrel is imported, in every layer and outside", async () => {
  for (const file of ["lib/regional/database.ts", "stacks/standby.ts", "main.ts"]) {
    expect(await restrictions(file, "@cdktf/provider-aws")).toEqual([expect.stringContaining("The barrel")]);
  }
});

test.each([
  ["lib/index.ts", "../stacks/relocation"],
  ["stacks/standby.ts", "../lib/regional/database"],
  ["runbook/plans/start.ts", "../../lib/manifest"],
  ["rehearsal/course.ts", "../runbook/engine"],
  ["cli/offline.ts", "../offline/stand-in"],
])("%s may import %s", async (file, from) => {
  expect(await restrictions(file, from)).toEqual([]);
});
