import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startStandIn, type StandIn } from "../../offline/stand-in";
import type { Synthesis } from "../../offline/synthesis";
import { openWorkspace, type Workspace } from "../../offline/workspace";

/** A configuration in Terraform's JSON syntax. */
export type Configuration = Record<string, unknown>;

/** A stand-in with a workspace of one stack whose configuration can be written anew. */
export interface Bench {
  readonly standIn: StandIn;
  readonly synthesis: Synthesis;
  readonly workspace: Workspace;
  /** Where the workspace lives. */
  readonly directory: string;
  /** Writes another configuration for the same stack and its state. */
  readonly rewrite: (configuration: Configuration) => Promise<void>;
}

/** The one stack's name. */
export const STACK = "one";

/** Two regions by alias, as the library's scopes write them. */
export const PROVIDERS = {
  terraform: { required_providers: { aws: { source: "aws" } } },
  provider: {
    aws: [
      { alias: "here", region: "us-east-1", default_tags: [{ tags: { owner: "us" } }] },
      { alias: "there", region: "eu-west-1" },
    ],
  },
};

/** A VPC's arguments. */
export const network = (cidr: string, alias = "here") => ({
  provider: `aws.${alias}`,
  cidr_block: cidr,
});

/** Runs `use` on a stack with the given configuration, initialised; everything is removed afterwards. */
export async function onBench<T>(
  configuration: Configuration,
  use: (bench: Bench) => Promise<T>,
): Promise<T> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-test-"));
  const source = path.join(directory, "source");
  fs.mkdirSync(source);
  const standIn = await startStandIn();
  const write = (text: Configuration, place: string) =>
    fs.writeFileSync(path.join(place, "cdk.tf.json"), JSON.stringify({ ...PROVIDERS, ...text }));
  try {
    write(configuration, source);
    const synthesis = { stacks: [{ name: STACK, directory: source, dependencies: [] }] };
    const open = () => openWorkspace({ synthesis, directory: path.join(directory, "workspace"), standIn });
    const workspace = await open();
    await workspace.init(STACK);
    const rewrite = async (text: Configuration) => {
      write(text, source);
      await (await open()).init(STACK);
    };
    return await use({ standIn, synthesis, workspace, directory, rewrite });
  } finally {
    standIn.close();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
