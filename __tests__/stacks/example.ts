import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { Relocation, type RelocationProps } from "../../stacks/relocation";
import type { Workload } from "../../lib/workload/workload";
import type { Synthesis } from "../../offline/synthesis";

/** The workload of `main.ts`, to be varied. */
export const storefront: Workload = {
  name: "storefront",
  databases: { orders: { engineVersion: "18" } },
  buckets: ["uploads"],
  services: {
    web: {
      image: "public.ecr.aws/example/storefront:1.0.0",
      port: 8080,
      healthCheckPath: "/healthz",
      tasks: 2,
      databases: ["orders"],
      buckets: ["uploads"],
    },
  },
  edge: { publicName: "shop.example.com", zone: "example.com" },
};

export const relocation: RelocationProps = {
  workload: storefront,
  source: { region: "us-east-1", cidr: "10.10.0.0/16" },
  target: { region: "eu-west-1", cidr: "10.20.0.0/16" },
  runnerImage: "public.ecr.aws/example/relocate:0.1.0",
};

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

/** A synthesized phase stack. */
export interface PhaseJson {
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly output: Record<string, { value: unknown; sensitive?: boolean }>;
  readonly variable: Record<string, { default: unknown; description: string }>;
  readonly terraform: { required_version: string };
}

/** Synthesizes the four phase stacks into a directory as `cdktf synth` does, with validations and cross-stack references. */
export function synthesizeInto(outdir: string, props: RelocationProps = relocation): Synthesis {
  const app = new App({ outdir, stackTraces: false });
  const { stacks } = new Relocation(app, props);
  app.synth();
  return {
    stacks: stacks.map((stack) => ({
      name: stack.node.id,
      directory: path.join(outdir, "stacks", stack.node.id),
      dependencies: stack.dependencies.map((dependency) => dependency.node.id),
    })),
  };
}

/** What the four phase stacks look like, by phase. */
export function synthesized(props: RelocationProps = relocation): Record<string, PhaseJson> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "relocation-"));
  try {
    return Object.fromEntries(
      synthesizeInto(outdir, props).stacks.map(({ name, directory }) => [
        name.slice(props.workload.name.length + 1),
        JSON.parse(fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8")) as PhaseJson,
      ]),
    );
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

/** Addresses of every resource of some types, sorted. */
export function addresses(stack: PhaseJson, types: readonly string[]): string[] {
  return types.flatMap((type) => Object.keys(stack.resource[type] ?? {}).map((id) => `${type}.${id}`)).sort();
}
