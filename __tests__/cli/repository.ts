import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What the stacks of the project hold, by Terraform type and construct id. */
export type Stacks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>>;

/** A CDKTF project in a git repository of its own, in a directory below its root. */
export interface Repository {
  readonly root: string;
  readonly project: string;
  git(...list: string[]): string;
  /** Writes the project's stacks. */
  write(stacks: Stacks, more?: string): void;
  commit(): void;
  remove(): void;
}

/** An app that makes of the stacks above what CDKTF makes of them. */
const app = (stacks: Stacks, more: string) => `
const { App, TerraformElement, TerraformStack, TerraformResource } = require("cdktf");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");
const { suppressReview } = require(${JSON.stringify(join(ROOT, "lib/review-suppression"))});
const app = new App({ stackTraces: false });
for (const [name, types] of Object.entries(${JSON.stringify(stacks)})) {
  const stack = new TerraformStack(app, name);
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  for (const [type, objects] of Object.entries(types)) {
    for (const [id, values] of Object.entries(objects)) {
      const resource = new TerraformResource(stack, id, { terraformResourceType: type });
      resource.overrideLogicalId(id);
      for (const [argument, value] of Object.entries(values)) resource.addOverride(argument, value);
    }
  }
  ${more}
}
app.synth();
`;

/** Makes a repository with nothing in it but the project's settings. */
export function openRepository(): Repository {
  const root = mkdtempSync(join(tmpdir(), "repository-"));
  const project = join(root, "infrastructure");
  const git = (...list: string[]) => execFileSync("git", list, { cwd: root, encoding: "utf8" }).trim();
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Somebody");
  git("config", "user.email", "somebody@example.com");
  mkdirSync(project);
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "node_modules\n");
  writeFileSync(
    join(project, "cdktf.json"),
    JSON.stringify({ app: "node -r ts-node/register/transpile-only main.js" }),
  );
  return {
    root,
    project,
    git,
    write: (stacks, more = "") => writeFileSync(join(project, "main.js"), app(stacks, more)),
    commit: () => {
      git("add", ".");
      git("commit", "--quiet", "--no-verify", "--message", "change");
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
